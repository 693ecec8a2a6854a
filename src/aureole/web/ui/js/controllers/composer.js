import { Controller } from "@hotwired/stimulus";
import { csrfToken } from "../csrf.js";

const PAUSE = 1000;
const RETRY = 5000;

// The answer form. Reply or Note, Ctrl-Enter, a draft saved after each second of pause, one send only.
export default class extends Controller {
  static targets = ["text", "kind", "saved", "send", "file", "files"];
  static values = { draftUrl: String, unsaved: String, saving: String };

  disconnect() {
    if (this.timer) this.save();
    clearTimeout(this.timer);
  }

  typed() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), PAUSE);
  }

  keydown(event) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.element.requestSubmit(this.visibleSend);
    }
    if (event.key === "Escape") event.target.blur();
  }

  choose(event) {
    const kind = event.params.kind;
    const radio = this.kindTargets.find((one) => one.value === kind);
    if (radio) radio.checked = true;
    const end = this.textTarget.value.length;
    this.textTarget.focus();
    this.textTarget.setSelectionRange(end, end);
    this.typed();
  }

  // Text goes in the body of the request, never in an address, so no log can hold it.
  async save() {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (!this.draftUrlValue || this.sending) return;
    const words = new FormData(this.element);
    words.delete("files");
    try {
      const answer = await fetch(this.draftUrlValue, {
        method: "POST",
        body: words,
        headers: { "X-CSRFToken": csrfToken(), "HX-Request": "true" },
        keepalive: true,
      });
      if (!answer.ok) throw new Error(String(answer.status));
      this.savedTarget.textContent = await answer.text();
    } catch {
      this.savedTarget.textContent = this.unsavedValue;
      this.timer = setTimeout(() => this.save(), RETRY);
    }
  }

  showFiles() {
    const rows = [...this.fileTarget.files].map((file) => {
      const row = document.createElement("li");
      row.className = "chip";
      row.textContent = `${file.name}, ${Math.ceil(file.size / 1024)} KB`;
      return row;
    });
    this.filesTarget.replaceChildren(...rows);
  }

  // The server refuses a second send of one form by its token; this only keeps the button honest.
  submit(event) {
    if (this.sending) {
      event.preventDefault();
      return;
    }
    clearTimeout(this.timer);
    this.timer = undefined;
    this.sending = true;
    const button = event.submitter ?? this.visibleSend;
    button.setAttribute("aria-disabled", "true");
    const word = button.querySelector("[data-word]") ?? button;
    this.word = [word, word.textContent, button];
    word.textContent = button.dataset.busy ?? word.textContent;
  }

  // After htmx answered, or when the page comes back from the browser's cache.
  settle() {
    this.sending = false;
    if (!this.word) return;
    const [place, text, button] = this.word;
    place.textContent = text;
    button.removeAttribute("aria-disabled");
    this.word = undefined;
  }

  get visibleSend() {
    return this.sendTargets.find((one) => one.checkVisibility()) ?? this.sendTargets[0];
  }
}

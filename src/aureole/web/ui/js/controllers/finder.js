import { Controller } from "@hotwired/stimulus";
import { csrfToken } from "../csrf.js";

const PAUSE = 90;

// The box that finds or does anything: a combobox over a list the server writes. What is typed travels in the body
// of a POST, because names belong in no log.
export default class extends Controller {
  static targets = ["dialog", "input", "results"];
  static values = { url: String };

  open(event) {
    event.preventDefault();
    if (this.dialogTarget.open) return;
    this.dialogTarget.showModal();
    this.inputTarget.select();
    if (!this.resultsTarget.childElementCount) this.search();
  }

  close() {
    this.dialogTarget.close();
  }

  // A press on the dialog itself is a press on what lies behind it.
  outside(event) {
    if (event.target === this.dialogTarget) this.close();
  }

  typed() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.search(), PAUSE);
  }

  async search() {
    this.running?.abort();
    this.running = new AbortController();
    try {
      const answer = await fetch(this.urlValue, {
        method: "POST",
        body: new URLSearchParams({ q: this.inputTarget.value }),
        headers: { "X-CSRFToken": csrfToken(), "HX-Request": "true" },
        signal: this.running.signal,
      });
      if (!answer.ok) throw new Error(String(answer.status));
      this.resultsTarget.innerHTML = await answer.text();
      this.mark(0);
    } catch (problem) {
      if (problem.name === "AbortError") return;
      const words = document.getElementById("say-finder");
      if (words) this.resultsTarget.replaceChildren(words.content.cloneNode(true));
    }
  }

  keydown(event) {
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps) {
      event.preventDefault();
      this.mark(this.index + steps[event.key]);
    }
    if (event.key === "Enter") {
      event.preventDefault();
      this.choose(this.options[this.index], event.ctrlKey || event.metaKey);
    }
  }

  pick(event) {
    const option = event.target.closest('[role="option"]');
    if (option) this.choose(option, event.ctrlKey || event.metaKey);
  }

  choose(option, beside) {
    if (!option) return;
    const { href, press, form } = option.dataset;
    this.close();
    if (form) this.post(form);
    else if (press) document.querySelector(`[data-key="${CSS.escape(press)}"]`)?.click();
    else if (href && beside) window.open(href, "_blank", "noopener");
    else if (href) window.location.assign(href);
  }

  // To the page of results, by a form: the words belong in no address.
  post(address) {
    const form = document.createElement("form");
    Object.assign(form, { method: "post", action: address, hidden: true });
    for (const [name, value] of [["q", this.inputTarget.value], ["csrfmiddlewaretoken", csrfToken()]]) {
      form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    }
    document.body.append(form);
    form.submit();
  }

  mark(wanted) {
    const all = this.options;
    this.index = all.length ? (wanted + all.length) % all.length : -1;
    all.forEach((option, place) => {
      option.id ||= `found-${place}`;
      option.setAttribute("aria-selected", String(place === this.index));
    });
    const now = all[this.index];
    this.inputTarget.setAttribute("aria-activedescendant", now ? now.id : "");
    now?.scrollIntoView({ block: "nearest" });
  }

  get options() {
    return [...this.resultsTarget.querySelectorAll('[role="option"]')];
  }
}

import { Controller } from "@hotwired/stimulus";

const OFF = "aureole.keys.off";
const MOVED = "aureole.keys.moved";
const WAIT = 900;

// On the body. Any control with data-key="r" (or "g p") is pressed by that key; a field is focused instead.
// j and k walk the links of [data-keyboard-list], where there is one. Single keys can be switched off and changed (WCAG 2.1.4).
export default class extends Controller {
  static targets = ["help", "rows", "row", "off"];

  connect() {
    this.before = "";
  }

  pressed(event) {
    if (event.defaultPrevented || event.altKey || event.isComposing) return;
    if (event.key === "Escape" && this.closeDrawer()) return;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") return this.press("Ctrl K", event);
    if (event.ctrlKey || event.metaKey || this.isOff || isTyping(event.target)) return;
    const key = this.original(event.key);
    if (key === "j" && this.step(1, event)) return;
    if (key === "k" && this.step(-1, event)) return;
    if (key === "?") return this.openHelp(event);
    const chord = `${this.before} ${key}`;
    if (this.before && this.press(chord, event)) return;
    if (key === "g") return this.remember(key);
    this.press(key, event);
  }

  press(key, event) {
    const name = CSS.escape(key);
    const found = document.querySelectorAll(`[data-key="${name}"], [data-key-also="${name}"]`);
    const element = [...found].find(isReachable);
    if (!element) return false;
    event.preventDefault();
    if (element.matches("input:not([type=radio]), textarea, select")) element.focus();
    else element.click();
    return true;
  }

  // A column that stands open as a drawer on a narrow window; the focus goes back to the link that opened it.
  closeDrawer() {
    const drawer = document.querySelector(".drawer:target");
    const close = drawer?.querySelector(".drawer-close");
    if (!close?.checkVisibility()) return false;
    const opener = [...document.querySelectorAll(`a[href="#${CSS.escape(drawer.id)}"]`)].find((one) => one.checkVisibility());
    close.click();
    setTimeout(() => opener?.focus());
    return true;
  }

  step(by, event) {
    const links = [...document.querySelectorAll("[data-keyboard-list] a[href]")].filter((one) => one.checkVisibility());
    if (!links.length) return false;
    event.preventDefault();
    const now = links.findIndex((one) => one === document.activeElement);
    const start = now < 0 ? links.findIndex((one) => one.hasAttribute("aria-current")) : now;
    const next = links[Math.min(Math.max(start + by, 0), links.length - 1)];
    next.focus();
    next.scrollIntoView({ block: "nearest" });
    return true;
  }

  remember(key) {
    this.before = key;
    setTimeout(() => (this.before = ""), WAIT);
  }

  openHelp(event) {
    if (!this.hasHelpTarget) return;
    event?.preventDefault();
    this.offTarget.checked = !this.isOff;
    this.rowsTarget.replaceChildren(...this.knownKeys().map((one) => this.line(one)));
    if (!this.helpTarget.open) this.helpTarget.showModal();
  }

  knownKeys() {
    const seen = new Map([...this.rowTargets].map((row) => [row.dataset.default, row.dataset.label]));
    for (const element of document.querySelectorAll("[data-key]")) {
      const words = element.getAttribute("aria-label") ?? element.dataset.keyLabel ?? nameOf(element);
      if (!seen.has(element.dataset.key)) seen.set(element.dataset.key, words);
    }
    return [...seen].filter(([key]) => !key.includes(" "));
  }

  line([key, words]) {
    const row = document.createElement("li");
    const label = document.createElement("label");
    const input = document.createElement("input");
    input.className = "input";
    input.maxLength = 1;
    input.id = `key-${key.codePointAt(0)}`;
    input.value = this.moved[key] ?? key;
    input.addEventListener("change", () => this.move(key, input.value));
    label.htmlFor = input.id;
    label.textContent = words;
    row.append(label, input);
    return row;
  }

  move(key, to) {
    const moved = this.moved;
    if (!to || to === key) delete moved[key];
    else moved[key] = to;
    localStorage.setItem(MOVED, JSON.stringify(moved));
  }

  switch(event) {
    if (event.target.checked) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "1");
  }

  reset(event) {
    event.preventDefault();
    localStorage.removeItem(MOVED);
    this.openHelp();
  }

  original(pressed) {
    const moved = this.moved;
    const from = Object.keys(moved).find((key) => moved[key] === pressed);
    if (from) return from;
    return pressed in moved ? "" : pressed;
  }

  get moved() {
    return JSON.parse(localStorage.getItem(MOVED) ?? "{}");
  }

  get isOff() {
    return localStorage.getItem(OFF) === "1";
  }
}

function isTyping(element) {
  return element.isContentEditable || element.matches("input:not([type=checkbox], [type=radio]), textarea, select");
}

function isReachable(element) {
  const dialog = document.querySelector("dialog:modal");
  return element.checkVisibility() && !element.disabled && (!dialog || dialog.contains(element));
}

function nameOf(element) {
  const copy = element.cloneNode(true);
  copy.querySelectorAll("kbd").forEach((one) => one.remove());
  return copy.textContent.trim();
}

import { Controller } from "@hotwired/stimulus";
import htmx from "htmx.org";

// A seal, or any control with aria-controls: opens those elements in place. An empty one is fetched first, from
// data-disclosure-url-value. Esc closes it and gives the focus back.
export default class extends Controller {
  static values = { url: String };

  connect() {
    this.escape = this.escape.bind(this);
    this.panels.forEach((panel) => panel.addEventListener("keydown", this.escape));
  }

  disconnect() {
    this.panels.forEach((panel) => panel.removeEventListener("keydown", this.escape));
  }

  toggle(event) {
    if (!this.panels.length || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    this.show(!this.isOpen);
  }

  // A link that acts as a button answers to the space bar too.
  press(event) {
    if (event.key === " ") this.toggle(event);
    if (event.key === "Escape" && this.isOpen) this.show(false);
  }

  show(open) {
    this.panels.forEach((panel) => (panel.hidden = !open));
    this.element.setAttribute("aria-expanded", String(open));
    if (this.element.matches(".seal")) this.element.closest("tr")?.classList.toggle("opened", open);
    if (open && this.urlValue) this.fill();
  }

  fill() {
    const place = this.panels[0].querySelector("[data-fill]") ?? this.panels[0];
    if (!place.childElementCount) htmx.ajax("GET", this.urlValue, { target: place, swap: "innerHTML" });
  }

  escape(event) {
    if (event.key !== "Escape") return;
    this.show(false);
    this.element.focus();
  }

  get isOpen() {
    return this.element.getAttribute("aria-expanded") === "true";
  }

  get panels() {
    const ids = this.element.getAttribute("aria-controls")?.trim().split(/\s+/) ?? [];
    return ids.map((id) => document.getElementById(id)).filter(Boolean);
  }
}

import { Controller } from "@hotwired/stimulus";

// <details class="menu" data-controller="menu">: closes on Esc and on a press elsewhere; arrows walk its items.
export default class extends Controller {
  connect() {
    this.elsewhere = this.elsewhere.bind(this);
    document.addEventListener("pointerdown", this.elsewhere);
  }

  disconnect() {
    document.removeEventListener("pointerdown", this.elsewhere);
  }

  keydown(event) {
    if (!this.element.open) return;
    if (event.key === "Escape") return this.close();
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const items = [...this.element.querySelectorAll(".item, .drop a, .drop button")];
    const now = items.indexOf(document.activeElement);
    items[(now + by + items.length) % items.length]?.focus();
  }

  elsewhere(event) {
    if (!this.element.contains(event.target)) this.element.open = false;
  }

  close() {
    this.element.open = false;
    this.element.querySelector("summary").focus();
  }
}

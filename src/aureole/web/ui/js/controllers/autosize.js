import { Controller } from "@hotwired/stimulus";

// <textarea data-controller="autosize">: grows with its text where the browser has no field-sizing.
export default class extends Controller {
  connect() {
    if (CSS.supports("field-sizing", "content")) return;
    this.fit = this.fit.bind(this);
    this.element.addEventListener("input", this.fit);
    this.fit();
  }

  disconnect() {
    this.element.removeEventListener("input", this.fit);
  }

  fit() {
    this.element.style.blockSize = "auto";
    this.element.style.blockSize = `${this.element.scrollHeight}px`;
  }
}

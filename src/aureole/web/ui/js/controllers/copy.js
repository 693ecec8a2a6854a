import { Controller } from "@hotwired/stimulus";

// On a link: copies where it leads, and says so for a moment. Without script it is a link like any other.
export default class extends Controller {
  static values = { done: String };

  async copy(event) {
    event.preventDefault();
    try {
      await navigator.clipboard.writeText(this.element.href);
    } catch {
      return location.assign(this.element.href);
    }
    const said = document.createElement("span");
    said.className = "copied small";
    said.setAttribute("role", "status");
    this.element.after(said);
    said.textContent = this.doneValue;
    setTimeout(() => said.remove(), 3000);
  }
}

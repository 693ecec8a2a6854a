import { Controller } from "@hotwired/stimulus";

// Type-to-confirm: the button wakes when the typed words match. The server checks them again.
export default class extends Controller {
  static targets = ["input", "button"];
  static values = { expected: String };

  connect() {
    this.check();
  }

  check() {
    const matches = tidy(this.inputTarget.value) === tidy(this.expectedValue);
    this.buttonTarget.disabled = !matches;
  }
}

function tidy(text) {
  return text.trim().replace(/\s+/g, " ").normalize("NFC").toLocaleLowerCase();
}

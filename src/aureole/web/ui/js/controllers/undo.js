import { Controller } from "@hotwired/stimulus";

// Counts the seconds in which something can still be undone; the server counts them too, and decides.
export default class extends Controller {
  static targets = ["left", "offer"];
  static values = { seconds: Number };

  connect() {
    this.until = Date.now() + this.secondsValue * 1000;
    this.clock = setInterval(() => this.tick(), 250);
  }

  disconnect() {
    clearInterval(this.clock);
  }

  tick() {
    const left = Math.ceil((this.until - Date.now()) / 1000);
    if (left > 0) {
      this.leftTarget.textContent = this.leftTarget.textContent.replace(/\d+/, String(left));
      return;
    }
    clearInterval(this.clock);
    this.offerTarget.remove();
  }
}

import { Controller } from "@hotwired/stimulus";

const ATTRIBUTES = { theme: "theme", density: "density" };

// The choice of light or dark, and of row height, at once; the form behind it works without script too.
export default class extends Controller {
  static targets = ["choice"];

  async choose(event) {
    event.preventDefault();
    const button = event.currentTarget;
    const attribute = ATTRIBUTES[button.name];
    if (button.value === "system" || button.value === "normal") delete document.documentElement.dataset[attribute];
    else document.documentElement.dataset[attribute] = button.value;
    this.choiceTargets
      .filter((one) => one.name === button.name)
      .forEach((one) => one.setAttribute("aria-pressed", String(one === button)));
    const words = new FormData(button.form);
    words.append(button.name, button.value);
    await fetch(button.form.action, { method: "POST", body: words, redirect: "manual" });
  }
}

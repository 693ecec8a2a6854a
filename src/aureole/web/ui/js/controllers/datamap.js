import { Controller } from "@hotwired/stimulus";

// The drawn data map: left and right go to the nearest node of the neighbouring band, up and down along a band.
// Enter follows a node's link by itself.
export default class extends Controller {
  static targets = ["node"];

  walk(event) {
    const here = this.nodeTargets.indexOf(document.activeElement);
    const next = here < 0 ? null : this.next(this.nodeTargets[here], event.key);
    if (!next) return;
    event.preventDefault();
    next.focus();
  }

  next(node, key) {
    const band = Number(node.dataset.band);
    if (key === "ArrowRight" || key === "ArrowLeft") {
      const beside = this.inBand(band + (key === "ArrowRight" ? 1 : -1));
      return beside.sort((a, b) => Math.abs(middle(a) - middle(node)) - Math.abs(middle(b) - middle(node)))[0];
    }
    if (key !== "ArrowDown" && key !== "ArrowUp") return null;
    const same = this.inBand(band);
    return same[same.indexOf(node) + (key === "ArrowDown" ? 1 : -1)];
  }

  inBand(band) {
    return this.nodeTargets.filter((node) => Number(node.dataset.band) === band).sort((a, b) => middle(a) - middle(b));
  }
}

function middle(node) {
  const box = node.getBoundingClientRect();
  return box.top + box.height / 2;
}

import { Controller } from "@hotwired/stimulus";

// On the link or button that opens it: data-controller="dialog" data-action="dialog#open" data-dialog-id-value="…".
// The link's own href is the same question as a whole page, for when there is no script.
export default class extends Controller {
  static values = { id: String };

  open(event) {
    const dialog = document.getElementById(this.idValue);
    if (!dialog) return;
    event.preventDefault();
    dialog.showModal();
  }

  close(event) {
    event.preventDefault();
    this.element.closest("dialog").close();
  }
}

import { Controller } from "@hotwired/stimulus";

// Around a text and a form below it: what is selected in the text is put into the form. Without script it is typed.
export default class extends Controller {
  static targets = ["text", "words", "form"];

  connect() {
    this.selected = this.selected.bind(this);
    document.addEventListener("selectionchange", this.selected);
  }

  disconnect() {
    document.removeEventListener("selectionchange", this.selected);
  }

  selected() {
    const selection = document.getSelection();
    const words = selection?.toString().trim() ?? "";
    if (!words || !this.hasTextTarget || !this.hasWordsTarget) return;
    if (![selection.anchorNode, selection.focusNode].every((node) => this.textTarget.contains(node))) return;
    this.wordsTarget.value = words;
    if (this.hasFormTarget) this.formTarget.open = true;
  }
}

// Sentences are written by the server, in <template id="say-…"> of the shell, so they are in the reader's language.
export function say(kind, reference) {
  const words = document.getElementById(`say-${kind}`);
  const place = document.getElementById("flash");
  if (!words || !place) return;
  const line = words.content.cloneNode(true);
  const slot = line.querySelector("[data-reference]");
  if (slot) slot.textContent = reference ?? "";
  if (slot && !reference) slot.parentElement.hidden = true;
  place.replaceChildren(line);
}

export function unsay(kind) {
  document.querySelector(`#flash [data-say="${kind}"]`)?.remove();
}

// A refusal the server has already put into words, as a notice.
export function show(notice) {
  const place = document.getElementById("flash");
  if (place) place.innerHTML = notice;
}

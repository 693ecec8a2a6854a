import { Controller } from "@hotwired/stimulus";
import htmx from "htmx.org";
import { say, unsay } from "../flash.js";

const FIRST_WAIT = 1000;
const LONGEST_WAIT = 30000;

// One open line per page. Messages carry {topic, version}, never content. Every element that says
//   data-live-topic="ticket:…" data-live-refresh="/…"  [data-live-swap="outerHTML"]  [data-live-version="7"]
// is asked for again when its topic moved on.
export default class extends Controller {
  static values = { url: String };

  connect() {
    this.wait = FIRST_WAIT;
    this.listen();
  }

  disconnect() {
    clearTimeout(this.timer);
    this.line?.close();
  }

  listen() {
    this.line = new EventSource(this.urlValue);
    this.line.onopen = () => this.opened();
    this.line.onmessage = (event) => this.heard(JSON.parse(event.data));
    this.line.onerror = () => this.broken();
  }

  opened() {
    this.wait = FIRST_WAIT;
    unsay("offline");
    // What happened while the line was down was not heard: ask once for everything.
    if (this.wasBroken) this.elements().forEach((element) => this.refresh(element));
    this.wasBroken = false;
  }

  heard({ topic, version }) {
    this.elements()
      .filter((element) => element.dataset.liveTopic === topic)
      .filter((element) => Number(element.dataset.liveVersion ?? -1) < Number(version ?? 0))
      .forEach((element) => this.refresh(element));
  }

  refresh(element) {
    const { liveRefresh, liveSwap } = element.dataset;
    // What the reader had opened stays open: details with an id are found again after the swap.
    const opened = [...element.querySelectorAll("details[open][id]")].map((one) => one.id);
    htmx.ajax("GET", liveRefresh, { target: element, swap: liveSwap ?? "outerHTML" }).then(() => {
      opened.forEach((id) => document.getElementById(id)?.setAttribute("open", ""));
    });
  }

  // The browser reconnects by itself after a lost network; after a refusal it gives up, and we go on.
  broken() {
    this.wasBroken = true;
    if (!navigator.onLine) say("offline");
    if (this.line.readyState !== EventSource.CLOSED) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.listen(), this.wait * (0.75 + Math.random() / 2));
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
  }

  elements() {
    return [...document.querySelectorAll("[data-live-topic][data-live-refresh]")];
  }
}

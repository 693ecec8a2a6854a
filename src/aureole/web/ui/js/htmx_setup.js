import htmx from "htmx.org";
import { csrfToken } from "./csrf.js";
import { say, show } from "./flash.js";

document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = csrfToken();
});

// A request that failed says so in words; what was typed is never touched.
document.addEventListener("htmx:sendError", () => say("unreachable"));
document.addEventListener("htmx:timeout", () => say("unreachable"));
document.addEventListener("htmx:responseError", (event) => {
  const { status, responseText } = event.detail.xhr;
  const isSentence = responseText && !/^\s*<!doctype/i.test(responseText) && responseText.includes("notice");
  if (isSentence) show(responseText);
  else if (status === 401 || status === 403) say("signed-out");
  else say("failed", event.detail.xhr.getResponseHeader("X-Request-Id"));
});

export default htmx;

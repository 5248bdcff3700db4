// What came of it: results and errors, told to screen readers too.
//
// A result goes by itself; an error stays until it is closed, with every violation it lists.

import { button, el, sentence } from "./dom.js";

const RESULT_MS = 8_000;
const SHOWN_MAX = 4;

/** Says what was done. */
export function result(text) {
  const results = document.getElementById("results");
  const note = el("div", { class: "message good" }, text);
  results.append(note);
  while (results.children.length > SHOWN_MAX) results.firstChild.remove();
  setTimeout(() => note.remove(), RESULT_MS);
}

/** Says what went wrong, and what exactly. */
export function error(failure) {
  const errors = document.getElementById("errors");
  const note = el("div", { class: "message bad" }, describe(failure));
  note.append(
    button("Close", () => note.remove(), { class: "quiet close", "aria-label": "Close this error" }),
  );
  errors.append(note);
  while (errors.children.length > SHOWN_MAX) errors.firstChild.remove();
}

/** Takes the newest error away, if there is one. */
export function closeNewestError() {
  const newest = document.getElementById("errors").lastElementChild;
  newest?.remove();
  return newest !== null;
}

/** A failure for people: what was called, what it answered, and what was wrong with the request. */
export function describe(failure) {
  const { call, status, errorCode, message, violations = [], legalEvents = [] } = failure;
  const head = [status && `${status}`, errorCode && `error ${errorCode}`, call].filter(Boolean).join(" · ");
  return [
    el("p", {}, el("strong", {}, sentence(message ?? String(failure)))),
    violations.length > 0 && violationList(violations),
    legalEvents.length > 0 && el("p", {}, `Legal now: ${legalEvents.join(", ")}.`),
    head !== "" && el("p", { class: "origin" }, head),
  ].filter(Boolean);
}

/** Each violation: where it is, what the rule asks for, and where the rule stands. */
export function violationList(violations) {
  const explained = violations.map(({ in: part, pointer, message, keyword, rule }) =>
    el(
      "li",
      {},
      el(
        "span",
        { class: "where" },
        pointer === "" ? `The ${part} ` : `In the ${part}, `,
        pointer !== "" && el("code", {}, pointer),
        " ",
      ),
      sentence(message),
      ".",
      el("small", { class: "rule" }, "Rule ", el("code", {}, keyword), ": ", el("code", {}, rule)),
    ),
  );
  return el("ul", { class: "violations" }, explained);
}

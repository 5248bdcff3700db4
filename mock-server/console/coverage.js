// Coverage: what the tests have touched, by operation and status, and by cell of the lifecycle.

import { control } from "./api.js";
import { el, replace } from "./dom.js";
import { link } from "./router.js";

export function openCoverage(container) {
  const body = el("div", { class: "stack" });
  let shown = "";
  container.append(
    el(
      "header",
      { class: "head" },
      el("h1", { tabindex: -1 }, "Coverage"),
      el("p", { class: "total" }, "Since the journal was last emptied."),
    ),
    body,
  );

  async function refresh() {
    const coverage = await control("GET", "coverage");
    const now = JSON.stringify(coverage);
    if (now === shown) return;
    shown = now;
    replace(
      body,
      panel(
        "Operations and statuses",
        "answers",
        coverage.operations.flatMap((it) => it.statuses),
        byOperation(coverage.operations),
      ),
      panel("Lifecycle", "cells", coverage.lifecycle, byState(coverage.lifecycle)),
    );
  }

  return { refresh };
}

function panel(title, noun, counted, table) {
  const touched = counted.filter((it) => it.count > 0).length;
  return el(
    "section",
    { class: "panel" },
    el("h2", {}, title),
    el(
      "p",
      { class: "meter" },
      el("meter", { min: 0, max: Math.max(counted.length, 1), value: touched, "aria-label": title }),
      ` ${touched} of ${counted.length} ${noun}`,
    ),
    el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": title }, table),
  );
}

function byOperation(operations) {
  const statuses = [...new Set(operations.flatMap((it) => it.statuses.map((one) => one.status)))].sort(
    (a, b) => a - b,
  );
  const cell = (operation, status) => {
    const found = operation.statuses.find((it) => it.status === status);
    if (found === undefined) return el("td", { class: "none" });
    return el(
      "td",
      { class: touched(found.count) },
      found.count === 0
        ? "0"
        : el(
            "a",
            { href: link("journal", undefined, { operation: operation.operation, status }) },
            String(found.count),
          ),
    );
  };
  return grid(
    "Operation",
    statuses.map(String),
    operations.map((it) => [it.operation, statuses.map((status) => cell(it, status))]),
  );
}

function byState(cells) {
  const states = [...new Set(cells.map((it) => it.state))];
  const triggers = [...new Set(cells.map((it) => it.trigger))];
  const cell = (state, trigger) => {
    const found = cells.find((it) => it.state === state && it.trigger === trigger);
    if (found === undefined) return el("td", { class: "none" });
    const title = `${trigger} in ${state} is ${found.isLegal ? "legal" : "refused"}`;
    return el(
      "td",
      { class: touched(found.count), title },
      String(found.count),
      !found.isLegal && el("small", {}, " refused"),
    );
  };
  return grid(
    "State",
    triggers,
    states.map((state) => [state, triggers.map((trigger) => cell(state, trigger))]),
  );
}

function touched(number) {
  return number > 0 ? "touched" : "untouched";
}

function grid(corner, columns, rows) {
  return el(
    "table",
    { class: "grid" },
    el(
      "thead",
      {},
      el(
        "tr",
        {},
        el("th", { scope: "col" }, corner),
        columns.map((it) => el("th", { scope: "col" }, it)),
      ),
    ),
    el(
      "tbody",
      {},
      rows.map(([name, cells]) => el("tr", {}, el("th", { scope: "row" }, name), cells)),
    ),
  );
}

// The journal: what was asked and answered, newest first, narrowed by filters that stand in the address.

import { act } from "./act.js";
import { control, withQuery } from "./api.js";
import { operations, testData } from "./data.js";
import { confirmed } from "./dialog.js";
import { button, el, field, filled, replace, select } from "./dom.js";
import { error } from "./messages.js";
import { keepQuery, link } from "./router.js";
import { longTime } from "./time.js";
import { count } from "./words.js";

const PAGE = 100;

export function openJournal(container, { query }) {
  let [exchanges, newest, drawn, paged] = [[], undefined, "", false];
  const operation = el("select", { name: "operation" }, el("option", { value: "" }, "all"));
  const provider = el("select", { name: "provider" }, el("option", { value: "" }, "all"));
  const status = el("input", {
    name: "status",
    type: "number",
    min: 100,
    max: 599,
    placeholder: "all",
    value: query.status,
    "data-find": true,
  });
  const orderId = el("input", { name: "orderId", type: "number", placeholder: "all", value: query.orderId });
  const valid = select(
    { name: "valid" },
    [
      ["", "all"],
      ["true", "kept to the contract"],
      ["false", "broke the contract"],
    ],
    query.valid,
  );
  const filters = el(
    "form",
    {
      class: "form row filters",
      submit: (event) => event.preventDefault(),
      input: narrow,
      "aria-label": "Filters",
    },
    field("Operation", operation),
    field("Status", status),
    field("Order", orderId),
    field("Provider", provider),
    field("Requests that", valid),
  );
  const total = el("p", { class: "total", role: "status" });
  const rows = el("tbody");
  const more = button("Read older exchanges", readOlder);
  const clear = button(
    "Empty the journal…",
    () => confirmed("Empty the journal, and the coverage with it?", "Empty it", empty),
    { class: "quiet" },
  );
  const headings = ["", "When", "Request", "Answer", "Provider", "Order", "Took"];
  container.append(
    el("header", { class: "head" }, el("h1", { tabindex: -1 }, "Journal"), total, clear),
    filters,
    el(
      "div",
      { class: "scroll" },
      el(
        "table",
        { class: "journal" },
        el(
          "thead",
          {},
          el(
            "tr",
            {},
            headings.map((it) => el("th", { scope: "col" }, it)),
          ),
        ),
        rows,
      ),
    ),
    el("p", { class: "more" }, more),
  );
  options(operation, operations, query.operation);
  options(provider, async () => (await testData()).providers.map((it) => it.username), query.provider);

  async function refresh() {
    // Until the lists have come, the address says what is chosen in them.
    const page = await control("GET", withQuery("journal", { ...wanted(), limit: PAGE }));
    if (!paged) more.hidden = page.exchanges.length < PAGE;
    const oldest = page.exchanges.at(-1)?.exchangeId ?? 0;
    exchanges = page.exchanges.concat(paged ? exchanges.filter((it) => it.exchangeId < oldest) : []);
    newest = page;
    draw();
  }

  async function readOlder(event) {
    await act(event.currentTarget, async () => {
      const page = await control(
        "GET",
        withQuery("journal", { ...wanted(), limit: PAGE, before: exchanges.at(-1)?.exchangeId }),
      );
      exchanges = exchanges.concat(page.exchanges);
      [paged, more.hidden] = [true, page.exchanges.length < PAGE];
      draw();
    });
  }

  function draw() {
    const now = JSON.stringify([exchanges, newest.dropped]);
    if (now === drawn) return;
    drawn = now;
    const { dropped, capacity } = newest;
    const lost = dropped > 0 && `; ${dropped} older ones have dropped out of ${capacity}`;
    const parts = [count(exchanges.length, "exchange"), !more.hidden && " read", lost];
    total.textContent = parts.filter(Boolean).join("");
    replace(
      rows,
      exchanges.length === 0
        ? el(
            "tr",
            {},
            el(
              "td",
              { colspan: headings.length, class: "empty" },
              "Nothing yet. Calls of the order endpoints are listed here.",
            ),
          )
        : exchanges.map(row),
    );
  }

  function wanted() {
    const chosen = filled(filters);
    return {
      ...chosen,
      operation: operation.dataset.ready ? chosen.operation : query.operation,
      provider: provider.dataset.ready ? chosen.provider : query.provider,
    };
  }

  function narrow() {
    paged = false;
    keepQuery("journal", wanted());
    refresh().catch(error);
  }

  async function empty() {
    await act(
      clear,
      () => control("DELETE", "journal"),
      () => "The journal is empty.",
    );
    [exchanges, paged] = [[], false];
  }

  return { refresh, find: status };
}

async function options(list, read, chosen) {
  try {
    const names = await read();
    list.append(...names.map((name) => el("option", { value: name, selected: name === chosen }, name)));
    list.dataset.ready = "true";
  } catch (failure) {
    error(failure);
  }
}

function row(exchange) {
  const {
    exchangeId,
    at,
    method,
    path,
    operation,
    provider,
    status,
    errorCode,
    violations,
    orderId,
    statusBefore,
    statusAfter,
    faultId,
    durationMicroseconds,
  } = exchange;
  const moved =
    statusAfter === undefined || statusAfter === statusBefore
      ? statusAfter
      : [statusBefore, statusAfter].filter(Boolean).join(" → ");
  return el(
    "tr",
    {
      class: status >= 400 || status === 0 ? "bad" : "",
      "data-exchange": exchangeId,
      "data-operation": operation,
    },
    el(
      "td",
      {},
      el(
        "a",
        {
          href: link("journal", exchangeId),
          "data-key": `exchange-${exchangeId}`,
          "aria-label": `Exchange ${exchangeId}`,
        },
        String(exchangeId),
      ),
    ),
    el("td", {}, longTime(at)),
    el(
      "td",
      {},
      el("strong", {}, operation ?? "no operation"),
      el("code", { class: "path" }, `${method} ${path}`),
    ),
    el(
      "td",
      {},
      answered(status, errorCode),
      " ",
      violations.length > 0 && el("span", { class: "tag bad" }, count(violations.length, "violation")),
      " ",
      faultId && el("span", { class: "tag" }, `fault ${faultId}`),
    ),
    el("td", {}, provider ?? "–"),
    el(
      "td",
      {},
      orderId === undefined
        ? "–"
        : [
            el(
              "a",
              { href: link("order", orderId), "data-key": `exchange-${exchangeId}-order` },
              String(orderId),
            ),
            moved && el("small", {}, moved),
          ].filter(Boolean),
    ),
    el("td", {}, took(durationMicroseconds)),
  );
}

/** The status of an answer, and the number of its error. */
export function answered(status, errorCode) {
  const text = status === 0 ? "broken off" : String(status);
  return el(
    "span",
    { class: `status s${String(status).charAt(0)}` },
    errorCode ? `${text} · ${errorCode}` : text,
  );
}

/** How long an answer took. */
export function took(microseconds) {
  if (microseconds === 0) return "–";
  return microseconds < 1000 ? `${microseconds} µs` : `${(microseconds / 1000).toFixed(1)} ms`;
}

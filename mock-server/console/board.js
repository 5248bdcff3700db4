// The board: the world's orders, a column for each state of the lifecycle.
//
// A column is one stop of the Tab key; the arrow keys go on from there. It shows its newest orders and
// offers the others, so a thousand orders stay quick.

import { act } from "./act.js";
import { control, withQuery } from "./api.js";
import { lifecycle, stateClass } from "./data.js";
import { button, el, replace } from "./dom.js";
import { keepQuery, link } from "./router.js";
import { openNewOrder } from "./new-order.js";
import { shortTime } from "./time.js";
import { count } from "./words.js";

/** How many orders are read at once, which the contract bounds. */
const PAGE = 1000;

/** How many orders a column shows, at first and with each further step. */
const SHOWN = 12;

export function openBoard(container, { query }) {
  const shown = new Map();
  let [pages, orders, states, drawn, isAll] = [1, [], [], "", true];

  const filter = el("input", {
    type: "search",
    placeholder: "Number, provider, location…",
    value: query.filter ?? "",
    "aria-label": "Filter the orders",
    "data-find": true,
  });
  filter.addEventListener("input", () => {
    keepQuery("board", { filter: filter.value.trim() });
    draw();
  });
  const total = el("p", { class: "total", role: "status" });
  const columns = el("div", { class: "board", keydown: move });
  const more = el(
    "p",
    { class: "more", hidden: true },
    button("Read older orders", (event) => act(event.currentTarget, readOlder)),
  );
  container.append(
    el(
      "header",
      { class: "head" },
      el("h1", { tabindex: -1 }, "Orders"),
      total,
      filter,
      button("New order…", openNewOrder, { class: "primary" }),
    ),
    columns,
    more,
  );

  async function refresh() {
    const [read, cycle] = await Promise.all([readPages(), lifecycle()]);
    [orders, states] = [read, cycle.states];
    draw();
  }

  async function readPages() {
    const read = [];
    isAll = false;
    for (let page = 0; page < pages && !isAll; page += 1) {
      const { orders: more } = await control(
        "GET",
        withQuery("orders", { limit: PAGE, before: read.at(-1)?.orderId }),
      );
      read.push(...more);
      isAll = more.length < PAGE;
    }
    return read;
  }

  function draw() {
    const sought = filter.value.trim().toLowerCase();
    const matching = orders.filter((order) => matches(order, sought));
    const now = JSON.stringify([matching, states, [...shown], isAll]);
    if (now === drawn) return;
    drawn = now;
    const all = `${isAll ? "" : "the newest "}${count(orders.length, "order")}`;
    total.textContent = sought === "" ? all : `${matching.length} of ${all}`;
    const byState = Map.groupBy(matching, (order) => order.status);
    // A state that the lifecycle does not name would otherwise hide its orders.
    const unknown = [...byState.keys()].filter((name) => !states.some((it) => it.name === name));
    const known = states.concat(unknown.map((name) => ({ name, description: "" })));
    replace(
      columns,
      known.map((state) => column(state, byState.get(state.name) ?? [])),
    );
    more.hidden = isAll;
  }

  function column(state, of) {
    const most = shown.get(state.name) ?? SHOWN;
    const cards = of.slice(0, most).map((order, index) => card(order, index === 0));
    const rest = of.length - most;
    const id = `column-${state.name}`;
    return el(
      "section",
      { class: `column ${stateClass(states, state.name)}`, "aria-labelledby": id, "data-state": state.name },
      el(
        "h2",
        { id, title: state.description },
        state.name,
        el("span", { class: "count" }, String(of.length)),
      ),
      el(
        "ul",
        {},
        cards.map((it) => el("li", {}, it)),
      ),
      rest > 0 &&
        button(
          `Show ${Math.min(rest, SHOWN * 4)} more`,
          () => {
            shown.set(state.name, most + SHOWN * 4);
            draw();
          },
          { class: "quiet", "data-key": `more-${state.name}` },
        ),
    );
  }

  async function readOlder() {
    pages += 1;
    await refresh();
  }

  return { refresh, find: filter };
}

function matches(order, sought) {
  if (sought === "") return true;
  const { orderId, provider, locationId, orderType, custNo, status } = order;
  return [orderId, provider, locationId, orderType, custNo, status].some((it) =>
    String(it).toLowerCase().includes(sought),
  );
}

function card(order, isFirst) {
  const { orderId, orderType, provider, locationId, updatedAt, isWithdrawable } = order;
  return el(
    "a",
    {
      class: "card",
      href: link("order", orderId),
      tabindex: isFirst ? 0 : -1,
      "data-key": `order-${orderId}`,
    },
    el("span", { class: "number" }, String(orderId)),
    el(
      "span",
      { class: "kind" },
      orderType,
      isWithdrawable &&
        el(
          "span",
          { class: "withdrawable", title: "Can be withdrawn now" },
          " ↩",
          el("span", { class: "hidden" }, "can be withdrawn"),
        ),
    ),
    el("span", { class: "who" }, provider),
    el("span", { class: "where" }, locationId),
    el("span", { class: "when" }, shortTime(updatedAt)),
  );
}

/** Arrow keys: up and down in a column, left and right to the next column with orders in it. */
function move(event) {
  const from = event.target.closest(".card");
  if (from === null || event.altKey || event.ctrlKey || event.metaKey) return;
  const target = destination(event.key, from);
  if (target === undefined) return;
  event.preventDefault();
  const column = target.closest(".column");
  for (const it of column.querySelectorAll(".card")) it.tabIndex = it === target ? 0 : -1;
  target.focus();
}

function destination(key, from) {
  const cards = (column) => [...column.querySelectorAll(".card")];
  const own = from.closest(".column");
  const here = cards(own);
  const row = here.indexOf(from);
  const columns = [...own.parentElement.children].filter((it) => it === own || cards(it).length > 0);
  const beside = (step) => {
    const column = columns[columns.indexOf(own) + step];
    return column && (cards(column)[row] ?? cards(column).at(-1));
  };
  switch (key) {
    case "ArrowDown":
      return here[row + 1];
    case "ArrowUp":
      return here[row - 1];
    case "Home":
      return here[0];
    case "End":
      return here.at(-1);
    case "ArrowRight":
      return beside(1);
    case "ArrowLeft":
      return beside(-1);
    default:
      return undefined;
  }
}

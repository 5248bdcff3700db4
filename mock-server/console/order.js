// One order: where it is in its lifecycle, what may happen next, and everything that has happened.

import { asProvider, control } from "./api.js";
import { act } from "./act.js";
import { lifecycle, provider, stateClass } from "./data.js";
import { button, el, replace, sentence } from "./dom.js";
import { drawLifecycle } from "./lifecycle.js";
import { openMoves } from "./moves.js";
import { link } from "./router.js";
import { longTime } from "./time.js";
import { openTimeslots } from "./timeslots.js";

export function openOrder(container, { argument }) {
  const heading = el("h1", { tabindex: -1 }, `Order ${argument}`);
  const status = el("p", { class: "standing", role: "status" });
  const facts = el("dl", { class: "facts" });
  const diagram = el("div", { class: "diagram", tabindex: 0, role: "group", "aria-label": "Lifecycle" });
  const timeline = el("ol", { class: "timeline" });
  const timeslots = openTimeslots();
  const moves = openMoves({ book: () => timeslots.show() });
  const provided = el("div");
  const ask = button("Ask getNbnOrder", (event) => act(event.currentTarget, read), { class: "quiet" });
  const sight = el(
    "details",
    { class: "panel" },
    el("summary", {}, "What its provider sees"),
    el("p", { class: "buttons" }, ask, el("small", {}, "A real call, which is in the journal.")),
    provided,
  );
  let [shown, order] = ["", undefined];

  container.append(
    el("p", { class: "crumbs" }, el("a", { href: "#board" }, "Orders"), " / ", argument),
    el(
      "header",
      { class: "head" },
      heading,
      status,
      el("a", { href: link("journal", undefined, { orderId: argument }) }, "Its journal"),
    ),
    facts,
    section("Lifecycle", diagram),
    el("div", { class: "pair" }, moves.element, section("Timeline", timeline)),
    timeslots.element,
    sight,
  );

  async function refresh() {
    const [inspection, cycle] = await Promise.all([
      control("GET", `orders/${encodeURIComponent(argument)}`),
      lifecycle(),
    ]);
    const now = JSON.stringify(inspection);
    if (now === shown) return;
    shown = now;
    order = inspection.order;
    draw(inspection, cycle);
  }

  function draw(inspection, { states, transitions }) {
    const {
      status: state,
      isWithdrawable,
      provider: by,
      custNo,
      locationId,
      orderType,
      createdAt,
      updatedAt,
    } = order;
    replace(
      status,
      el("span", { class: `badge ${stateClass(states, state)}` }, state),
      " ",
      isWithdrawable ? "can be withdrawn" : "cannot be withdrawn",
    );
    const fact = (name, value) => el("div", {}, el("dt", {}, name), el("dd", {}, value));
    replace(
      facts,
      fact("Kind", orderType),
      fact("Provider", by),
      fact("Customer", String(custNo)),
      fact("Location", locationId),
      fact("Created", longTime(createdAt)),
      fact("Changed", longTime(updatedAt)),
    );
    const visited = new Set(inspection.timeline.map((entry) => entry.status).filter(Boolean));
    replace(
      diagram,
      drawLifecycle({ states, transitions }, { current: state, visited, moves: inspection.moves }),
    );
    replace(
      timeline,
      inspection.timeline.map((entry) => happened(entry, states)),
    );
    moves.show(order, inspection.moves, { states, transitions });
    timeslots.about(
      order,
      inspection.moves.some((move) => move.trigger === "bookAppointment" && move.isLegal),
    );
  }

  async function read() {
    const answer = await asProvider(await provider(order.provider), "GET", `order/nbn/${order.orderId}`);
    provided.replaceChildren(el("pre", { tabindex: 0 }, JSON.stringify(answer.response, null, 2)));
  }

  return { refresh };
}

function section(title, ...children) {
  return el("section", { class: "panel" }, el("h2", {}, title), ...children);
}

function happened({ at, event, text, status, cause }, states) {
  return el(
    "li",
    { class: status ? `entry ${stateClass(states, status)}` : "entry", "data-event": event },
    el("p", {}, sentence(text)),
    el("p", { class: "origin" }, longTime(at), cause && " · ", cause && el("code", {}, cause)),
  );
}

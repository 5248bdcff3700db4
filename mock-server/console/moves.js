// What may happen to an order next, as buttons, and what may not, with the reason.
//
// The server says which moves are legal; nothing here knows a rule of the lifecycle. Operations are real
// calls of the order endpoints as the order's provider, and one that is refused can be tried all the
// same, to see the refusal. Network events go by the control plane, as nbn would act.

import { act } from "./act.js";
import { asProvider, control } from "./api.js";
import { WITHDRAWAL_REASONS } from "./contract.js";
import { provider } from "./data.js";
import { open } from "./dialog.js";
import { button, el, field, filled, replace, select } from "./dom.js";
import { listed, title, words } from "./words.js";

const OPERATIONS = {
  cancelNbnOrder: { text: "Withdraw…", perform: withdraw },
  bookAppointment: { text: "Book a timeslot…", perform: (_, book) => book() },
};

/** The panel of moves. `book` opens the timeslots, to book one whether or not that is legal. */
export function openMoves({ book }) {
  const byProvider = el("div");
  const byNetwork = el("div");
  const note = el("input", { name: "note", autocomplete: "off", maxlength: 1000 });
  const date = el("input", { name: "plannedRemediationDate", type: "date" });
  const more = el(
    "details",
    {},
    el("summary", {}, "Say more with the next event"),
    el(
      "div",
      { class: "form row" },
      field("Note by nbn", note, "Shown in the order's history."),
      field("Planned remediation", date, "For `hold` alone; else ten days from today."),
    ),
  );
  const element = el(
    "section",
    { class: "panel moves" },
    el("h2", {}, "Next moves"),
    byProvider,
    byNetwork,
    more,
  );

  async function send(event, order, trigger) {
    const request = { event: trigger };
    if (note.value.trim() !== "") request.note = note.value.trim();
    if (trigger === "hold" && date.value !== "") request.plannedRemediationDate = date.value;
    await act(
      event.currentTarget,
      () => control("POST", `orders/${order.orderId}/events`, request),
      (after) => {
        note.value = date.value = "";
        return `${trigger}: order ${after.orderId} is ${after.status}.`;
      },
    );
  }

  function show(order, moves, cycle) {
    const of = (kind) => moves.filter((move) => move.kind === kind);
    const perform = (move) => () => OPERATIONS[move.trigger]?.perform(order, book);
    replace(
      byProvider,
      el("h3", {}, "As ", order.provider),
      legal(
        of("Operation"),
        (move) => move.trigger in OPERATIONS && { text: OPERATIONS[move.trigger].text, click: perform(move) },
      ),
      illegal(
        of("Operation"),
        cycle,
        (move) =>
          move.trigger in OPERATIONS &&
          button("Try all the same", perform(move), {
            class: "quiet",
            "data-key": `try-${move.trigger}`,
            "data-try": move.trigger,
          }),
      ),
    );
    replace(
      byNetwork,
      el("h3", {}, "As nbn"),
      legal(of("NetworkEvent"), (move) => ({
        text: title(move.trigger),
        click: (event) => send(event, order, move.trigger),
      })),
      illegal(of("NetworkEvent"), cycle, () => undefined),
    );
  }

  return { element, show };
}

function legal(moves, control) {
  const now = moves.filter((move) => move.isLegal);
  if (now.length === 0) return el("p", { class: "empty" }, "Nothing is possible now.");
  const item = (move) => {
    const made = control(move);
    const to = move.to === undefined ? "" : `→ ${move.to}`;
    if (!made) return el("li", {}, el("code", {}, move.trigger), ` ${to} (not offered here)`);
    return el(
      "li",
      {},
      el(
        "button",
        {
          type: "button",
          class: "move",
          click: made.click,
          "data-key": `move-${move.trigger}`,
          "data-trigger": move.trigger,
        },
        el("span", {}, made.text),
        el("small", {}, `${move.trigger} ${to}`),
      ),
    );
  };
  return el("ul", { class: "movelist" }, now.map(item));
}

function illegal(moves, { transitions }, control) {
  const not = moves.filter((move) => !move.isLegal);
  if (not.length === 0) return undefined;
  const item = (move) => {
    const from = [...new Set(transitions.filter((it) => it.trigger === move.trigger).map((it) => it.from))];
    const refused = move.refusal && `refused with ${move.refusal}: ${words(move.refusal)}. `;
    const possible = from.length === 0 ? "Possible in no state." : `Possible in ${listed(from)}.`;
    return el("li", {}, el("code", {}, move.trigger), " ", refused, possible, " ", control(move));
  };
  return el(
    "details",
    { class: "illegal" },
    el("summary", {}, `Not possible now (${not.length})`),
    el("ul", {}, not.map(item)),
  );
}

function withdraw(order) {
  const reason = select({ name: "reason" }, WITHDRAWAL_REASONS);
  const comment = el("textarea", { name: "comment", rows: 3 });
  const form = el(
    "form",
    { class: "form", submit: send },
    el("p", {}, `Calls cancelNbnOrder as ${order.provider}.`),
    field("Reason", reason),
    field("Comment", comment, "Required with the reason Other."),
    el("p", { class: "buttons" }, el("button", { class: "primary" }, "Withdraw it")),
  );
  const dialog = open(`Withdraw order ${order.orderId}`, form);
  reason.focus();

  async function send(event) {
    event.preventDefault();
    const call = async () =>
      asProvider(await provider(order.provider), "POST", `order/nbn/${order.orderId}/cancel`, filled(form));
    await act(form, call, ({ status, response }) => {
      dialog.close();
      return `cancelNbnOrder answered ${status}: order ${response.orderId} is ${response.status}.`;
    });
  }
}

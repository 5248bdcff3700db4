// A new order: ordered as its provider would, by two real calls, or put straight into a state.

import { act } from "./act.js";
import { asProvider, control } from "./api.js";
import { CARRIER_SERVICE } from "./contract.js";
import { lifecycle, testData } from "./data.js";
import { open } from "./dialog.js";
import { el, field, filled, select } from "./dom.js";
import { error, result } from "./messages.js";
import { go } from "./router.js";
import { count } from "./words.js";

/** How many orders may be seeded at once. */
const MANY = 100;

export async function openNewOrder() {
  let data, cycle;
  try {
    [data, cycle] = await Promise.all([testData(), lifecycle()]);
  } catch (failure) {
    error(failure);
    return;
  }
  const providers = select(
    { name: "provider", change: () => customers() },
    data.providers.map((it) => [it.username, `${it.name} (${it.username})`]),
  );
  const customer = el("select", { name: "custNo" });
  const customers = () => {
    const { customers } = data.providers.find((it) => it.username === providers.value);
    customer.replaceChildren(
      ...customers.map((it) => el("option", { value: it.custNo }, `${it.custNo} ${it.name}`)),
    );
  };
  customers();
  const location = select(
    { name: "locationId" },
    data.locations.map((it) => [it.locationId, placeText(it)]),
  );
  const scenario = el("small", { id: "scenario" });
  const tellScenario = () => {
    const { scenario: name, address } = data.locations.find((it) => it.locationId === location.value);
    const { description } = data.scenarios.find((it) => it.name === name) ?? { description: "" };
    scenario.textContent = `${address}. While nbn plays itself: ${description}`;
  };
  location.addEventListener("change", tellScenario);
  tellScenario();

  const state = select(
    { name: "state" },
    cycle.states.map((it) => it.name),
    cycle.states.find((it) => it.holdsTimeslot)?.name,
  );
  const through = el("input", { name: "through", placeholder: "Scheduled, Held", autocomplete: "off" });
  const many = el("input", { name: "many", type: "number", min: 1, max: MANY, value: 1 });
  const seeding = el(
    "fieldset",
    {},
    el("legend", {}, "The state"),
    el("div", { class: "form row" }, field("State", state), field("How many", many)),
    field("States on the way", through, "In their order, with commas between them; may be empty."),
  );
  const mode = (value, text, hint, checked) =>
    el(
      "label",
      { class: "choice" },
      el("input", { type: "radio", name: "mode", value, checked, change: choose }),
      el("span", {}, text, el("small", {}, hint)),
    );
  const form = el(
    "form",
    { class: "form", submit: send },
    el(
      "fieldset",
      { class: "choices" },
      el("legend", {}, "How"),
      mode("seed", "Seed it in a state", "By the control plane: nothing in the journal.", true),
      mode("order", "Order it as the provider", "Qualifies the location and orders, by real calls."),
    ),
    seeding,
    el("div", { class: "form row" }, field("Provider", providers), field("Customer", customer)),
    el("label", { class: "field" }, el("span", {}, "Location"), location, scenario),
    el("p", { class: "buttons" }, el("button", { class: "primary" }, "Make it")),
  );
  const dialog = open("New order", form, { class: "wide" });
  state.focus();

  function choose() {
    seeding.disabled = seeding.hidden = form.elements.mode.value === "order";
  }

  async function send(event) {
    event.preventDefault();
    const fields = filled(form);
    await act(
      form,
      () => (fields.mode === "order" ? order(data, fields) : seed(fields)),
      (orders) => {
        dialog.close();
        if (orders.length === 1) go("order", orders[0].orderId);
        return made(orders);
      },
    );
  }
}

/** What was made: the numbers from the first to the last, which are counted. */
function made(orders) {
  const [first, last] = [orders[0], orders.at(-1)];
  if (orders.length === 1) return `Order ${first.orderId} is ${first.status}.`;
  return `${count(orders.length, "order")}, ${first.orderId} to ${last.orderId}, are ${last.status}.`;
}

function placeText({ locationId, isOrderable, isVisitRequired, scenario }) {
  const visit = isVisitRequired ? "visit needed" : "no visit";
  return `${locationId} · ${isOrderable ? visit : "cannot be ordered"} · ${scenario}`;
}

async function seed({ state, through, provider, custNo, locationId, many }) {
  const request = { state, provider, custNo: Number(custNo), locationId };
  const way = (through ?? "")
    .split(",")
    .map((it) => it.trim())
    .filter((it) => it !== "");
  if (way.length > 0) request.through = way;
  const orders = [];
  try {
    while (orders.length < Math.min(Number(many ?? 1), MANY))
      orders.push(await control("POST", "orders", request));
  } catch (failure) {
    if (orders.length > 0) result(`${count(orders.length, "order")} made before it went wrong.`);
    throw failure;
  }
  return orders;
}

async function order(data, { provider, custNo, locationId }) {
  const caller = data.providers.find((it) => it.username === provider);
  const qualified = await asProvider(caller, "POST", "qualification/check", {
    productSelection: "nbn",
    locationId,
  });
  const { remoteOrderId, qualificationSearchId, remoteQualificationSearchId, location } = qualified.response;
  const { response } = await asProvider(caller, "POST", "order/nbn", {
    orderType: "New",
    subOrderType: "New",
    serviceClass: location.serviceClass,
    remoteOrderId,
    qualificationSearchId,
    remoteQualificationSearchId,
    service: { custNo: Number(custNo), csn: CARRIER_SERVICE },
  });
  return [response];
}

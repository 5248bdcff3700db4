// The free timeslots of an order's location, and booking one of them: real calls as its provider.

import { act } from "./act.js";
import { asProvider, control, withQuery } from "./api.js";
import { DEMAND_TYPE } from "./contract.js";
import { provider } from "./data.js";
import { button, el, field, replace } from "./dom.js";
import { span } from "./time.js";
import { count } from "./words.js";

const DAY_MS = 86_400_000;

/** The panel of timeslots, which asks when it is opened. */
export function openTimeslots() {
  const days = el("input", { type: "number", min: 1, max: 90, value: 14 });
  const name = el("input", { autocomplete: "off", maxlength: 100 });
  const phone = el("input", { autocomplete: "off", maxlength: 100, inputmode: "tel" });
  const list = el("div", { role: "status" });
  const query = button("Ask again", (event) => act(event.currentTarget, load), { class: "quiet" });
  const contact = el(
    "details",
    {},
    el("summary", {}, "Whom the technician meets"),
    el("div", { class: "form row" }, field("Name", name), field("Phone", phone)),
  );
  const element = el(
    "details",
    { class: "panel timeslots", toggle: () => element.open && act(element, load) },
    el("summary", {}, "Free timeslots"),
    el("div", { class: "form row" }, field("Days ahead", days), query),
    list,
    contact,
  );
  let [order, isBookable, isTried, timeslots, drawn] = [undefined, false, false, undefined, ""];

  async function load() {
    const { now } = await control("GET", "clock");
    const window = {
      startDateTime: now,
      endDateTime: new Date(Date.parse(now) + Number(days.value) * DAY_MS).toISOString(),
    };
    const path = withQuery("appointment/nbn/timeslot", {
      locationId: order.locationId,
      ...window,
      demandType: DEMAND_TYPE,
    });
    timeslots = (await asProvider(await provider(order.provider), "GET", path)).response.timeslots;
    draw();
  }

  function draw() {
    if (timeslots === undefined) return;
    const now = JSON.stringify([timeslots, isBookable, isTried]);
    if (now === drawn) return;
    drawn = now;
    const rows = timeslots.map(({ timeslotId, appointmentSlotType, validFor, placesFree }) =>
      el(
        "li",
        { "data-timeslot": timeslotId },
        el("span", {}, span(validFor.startDateTime, validFor.endDateTime), ` (${appointmentSlotType})`),
        el("span", {}, `${count(placesFree, "place")} free`),
        button("Book", (event) => book(event, timeslotId), {
          "data-key": `book-${timeslotId}`,
          "aria-label": `Book ${span(validFor.startDateTime, validFor.endDateTime)}`,
          disabled: !isBookable && !isTried,
        }),
      ),
    );
    replace(
      list,
      !isBookable &&
        el(
          "p",
          { class: "empty" },
          "The order's state does not allow a booking.",
          isTried && " One that is tried is refused.",
        ),
      rows.length === 0
        ? el("p", { class: "empty" }, "No timeslot is free in these days.")
        : el("ul", { class: "slots" }, rows),
    );
  }

  async function book(event, timeslotId) {
    const request = { orderId: order.orderId, timeslotId };
    if (name.value.trim() !== "" || phone.value.trim() !== "")
      request.contact = { name: name.value.trim(), phone: phone.value.trim() };
    const call = async () => {
      const answer = await asProvider(await provider(order.provider), "POST", "appointment/nbn", request);
      await load();
      return answer;
    };
    await act(
      event.currentTarget,
      call,
      ({ status, response }) =>
        `bookAppointment answered ${status}: order ${response.orderId} is ${response.status}.`,
    );
  }

  return {
    element,
    /** Which order it is about, and whether its state allows a booking. */
    about(about, bookable) {
      if (about.status !== order?.status) isTried = false;
      [order, isBookable] = [about, bookable];
      draw();
    },
    /** Opens the panel for a booking, also for one that will be refused. */
    async show() {
      isTried = true;
      if (element.open) await act(element, load);
      element.open = true;
      element.querySelector("summary").focus();
      element.scrollIntoView({ block: "nearest" });
    },
  };
}

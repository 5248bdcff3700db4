// The world's clock: what it shows between two readings, and the view that stops, sets and moves it.

import { act } from "./act.js";
import { control } from "./api.js";
import { el, button, field, filled } from "./dom.js";
import { longText } from "./time.js";

const STEPS = [
  ["1 minute", 60],
  ["1 hour", 3_600],
  ["1 day", 86_400],
  ["1 week", 604_800],
  ["30 days", 2_592_000],
];

let reading;

/** Reads the clock. */
export async function readClock() {
  keep(await control("GET", "clock"));
}

/** What the clock shows now, and how it runs; nothing before it was read. */
export function clockNow() {
  if (reading === undefined) return undefined;
  const { mode, now, scale = 1, at } = reading;
  const passed = mode === "Running" ? (performance.now() - at) * scale : 0;
  const moment = new Date(Date.parse(now) + passed);
  const pace = mode === "Fixed" ? "stopped" : scale === 1 ? "running" : `running ×${scale}`;
  return { moment, text: longText(moment), pace, mode };
}

function keep(clock) {
  reading = { ...clock, at: performance.now() };
}

export function openClock(container) {
  const face = el("p", { class: "face" });
  const exact = el("p", { class: "origin" });
  const change = (control, body, text) =>
    act(
      control,
      () => set(body),
      () => text,
    );
  const stop = button("Stop it here", (event) =>
    change(event.currentTarget, { mode: "Fixed" }, "The clock stands."),
  );
  const real = button("Run on from the real time", (event) =>
    change(event.currentTarget, { mode: "Running" }, "The clock shows the real time."),
  );
  const goOn = button("Run on from here", (event) =>
    change(event.currentTarget, { mode: "Running", now: clockNow().moment.toISOString() }, "The clock runs."),
  );
  const steps = STEPS.map(([text, seconds]) =>
    button(text, (event) => advance(event.currentTarget, seconds)),
  );
  container.append(
    el("header", { class: "head" }, el("h1", { tabindex: -1 }, "Clock")),
    el(
      "section",
      { class: "panel" },
      el("h2", {}, "Now"),
      face,
      exact,
      el("p", { class: "buttons" }, stop, goOn, real),
    ),
    el(
      "section",
      { class: "panel" },
      el("h2", {}, "Move it forward"),
      el("p", { class: "buttons" }, steps),
      form(
        { seconds: ["Seconds", { type: "number", min: 0, required: true }] },
        "Move",
        (control, { seconds }) => advance(control, Number(seconds)),
      ),
    ),
    el(
      "section",
      { class: "panel" },
      el("h2", {}, "Set it"),
      form(
        {
          now: [
            "Moment (RFC 3339)",
            { placeholder: "2026-03-02T09:00:00+11:00", required: true, autocomplete: "off" },
          ],
        },
        "Stand there",
        (control, { now }) => change(control, { mode: "Fixed", now }, "The clock stands there."),
      ),
    ),
    el(
      "section",
      { class: "panel" },
      el("h2", {}, "Let it run faster"),
      form(
        { scale: ["Times as fast", { type: "number", min: 1, max: 1_000_000, required: true }] },
        "Run",
        (control, { scale }) =>
          change(
            control,
            { mode: "Running", scale: Number(scale), now: clockNow()?.moment.toISOString() },
            `The clock runs ×${scale}.`,
          ),
      ),
      el(
        "p",
        { class: "empty" },
        "86400 makes a day of a second. With nbn playing itself, orders move as the clock passes.",
      ),
    ),
  );

  function tick() {
    const now = clockNow();
    if (now === undefined) return;
    const text = `${now.text}, ${now.pace}`;
    if (face.textContent === text) return;
    face.textContent = text;
    exact.textContent = now.moment.toISOString();
    stop.hidden = now.mode === "Fixed";
    goOn.hidden = now.mode === "Running";
  }

  return {
    tick,
    async refresh() {
      await readClock();
      tick();
    },
  };
}

async function set(body) {
  keep(await control("PUT", "clock", body));
}

async function advance(button, seconds) {
  await act(
    button,
    async () => keep(await control("POST", "clock/advance", { seconds })),
    () => `The clock shows ${clockNow().text}.`,
  );
}

function form(inputs, verb, then) {
  const fields = Object.entries(inputs).map(([name, [label, attributes]]) =>
    field(label, el("input", { name, ...attributes })),
  );
  const submit = el("button", {}, verb);
  const made = el("form", { class: "form row", submit: send }, fields, submit);
  return made;

  function send(event) {
    event.preventDefault();
    then(submit, filled(made));
  }
}

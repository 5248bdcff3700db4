// Fault rules: which calls go wrong, how, and how often they have.

import { act } from "./act.js";
import { control } from "./api.js";
import { operations, testData } from "./data.js";
import { button, el, field, filled, replace, select } from "./dom.js";
import { error } from "./messages.js";
import { longTime } from "./time.js";
import { count, listed } from "./words.js";

/** What each effect does, and the fields that it has a use for. */
const EFFECTS = {
  Response: {
    text: "Answer a documented response",
    fields: ["status", "example", "retryAfterSeconds", "stage"],
  },
  Latency: { text: "Answer late", fields: [] },
  TooManyRequests: { text: "Answer 429 with Retry-After", fields: ["retryAfterSeconds", "stage"] },
  Reset: { text: "Reset the connection", fields: ["stage"] },
  Truncate: { text: "Break off in the body", fields: ["bytes"] },
  Hang: { text: "Never answer", fields: ["stage"] },
  SlowBody: { text: "Send the body slowly", fields: ["bytesPerSecond"] },
};

const NUMBERS = [
  "nth",
  "every",
  "probability",
  "times",
  "expiresInSeconds",
  "latencyMsMin",
  "latencyMsMax",
  "status",
  "retryAfterSeconds",
  "bytes",
  "bytesPerSecond",
];

export function openFaults(container) {
  let shown = "";
  const rules = el("div");
  const clear = button(
    "Take back all",
    (event) =>
      act(
        event.currentTarget,
        () => control("DELETE", "faults"),
        () => "Nothing goes wrong any more.",
      ),
    { class: "quiet" },
  );
  const rate = rateLimit();
  container.append(
    el(
      "header",
      { class: "head" },
      el("h1", { tabindex: -1 }, "Faults"),
      el("p", { class: "total" }, "The first rule that applies to a call wins."),
      clear,
    ),
    rules,
    addition(),
    rate.element,
  );

  async function refresh() {
    const [{ faults }, settings] = await Promise.all([control("GET", "faults"), control("GET", "settings")]);
    rate.show(settings.rateLimit);
    const now = JSON.stringify(faults);
    if (now === shown) return;
    shown = now;
    clear.hidden = faults.length === 0;
    replace(
      rules,
      faults.length === 0
        ? el("p", { class: "empty" }, "No rule is in force: every call goes well.")
        : el("ol", { class: "rules" }, faults.map(rule)),
    );
  }

  return { refresh };
}

function rule({ faultId, rule, met, applied, expiresAt }) {
  const takeBack = (event) =>
    act(
      event.currentTarget,
      () => control("DELETE", `faults/${faultId}`),
      () => `Rule ${faultId} is taken back.`,
    );
  return el(
    "li",
    { class: "panel", "data-fault": faultId },
    el("p", {}, el("strong", {}, `${faultId}. ${rule.effect}`), " ", details(rule)),
    el(
      "p",
      { class: "origin" },
      `Applied ${applied} of ${count(met, "call")}.`,
      expiresAt && " Expires ",
      expiresAt && longTime(expiresAt),
    ),
    button("Take back", takeBack, {
      "data-key": `fault-${faultId}`,
      "aria-label": `Take back rule ${faultId}`,
    }),
  );
}

/** A rule in a sentence. */
function details(rule) {
  const {
    operations: of,
    provider,
    nth,
    every,
    probability,
    times,
    latencyMsMin: least,
    latencyMsMax: most,
    stage,
  } = rule;
  const which = [
    of ? `for ${listed(of)}` : "for every operation",
    provider && `by ${provider}`,
    nth && `on call ${nth}`,
    every && `on every ${every}th call`,
    probability !== undefined && `with probability ${probability}`,
    times && `at the most ${count(times, "time")}`,
  ];
  const how = [
    rule.status && `status ${rule.status}`,
    rule.example && `example ${rule.example}`,
    rule.retryAfterSeconds !== undefined && `Retry-After ${rule.retryAfterSeconds}`,
    rule.bytes !== undefined && `after ${count(rule.bytes, "byte")}`,
    rule.bytesPerSecond && `${count(rule.bytesPerSecond, "byte")} a second`,
    least !== undefined && `${most === undefined || most === least ? least : `${least} to ${most}`} ms late`,
    stage === "BeforeHandling" && "the operation is not carried out",
    stage === "AfterHandling" && "once the operation is carried out",
  ];
  const [calls, effects] = [which, how].map((parts) => parts.filter(Boolean));
  return `${calls.join(", ")}${effects.length > 0 ? `: ${effects.join(", ")}` : ""}`;
}

function addition() {
  const number = (name, attributes) => el("input", { name, type: "number", ...attributes });
  const effect = select(
    { name: "effect", change: () => choose() },
    Object.entries(EFFECTS).map(([name, { text }]) => [name, `${name}: ${text.toLowerCase()}`]),
  );
  const own = {
    status: field("Status", number("status", { min: 100, max: 599, value: 503 })),
    example: field(
      "Example",
      el("input", { name: "example", autocomplete: "off" }),
      "The first without one.",
    ),
    retryAfterSeconds: field("Retry-After, s", number("retryAfterSeconds", { min: 0 })),
    bytes: field("Bytes of the body", number("bytes", { min: 0 }), "Half without a number."),
    bytesPerSecond: field("Bytes per second", number("bytesPerSecond", { min: 1 })),
    stage: field(
      "The operation",
      select({ name: "stage" }, [
        ["", "is not carried out"],
        ["AfterHandling", "is carried out first"],
      ]),
    ),
  };
  const pick = select({ name: "pick", change: () => choose() }, [
    ["", "each call"],
    ["nth", "only the nth call"],
    ["every", "every nth call"],
    ["probability", "calls by chance"],
  ]);
  const picked = el("input", { name: "picked", type: "number", min: 0, step: "any" });
  const pickedField = field("n", picked);
  const of = el("div", { class: "checks" }, el("p", { class: "empty" }, "One moment…"));
  const provider = el("select", { name: "provider" }, el("option", { value: "" }, "all"));
  const form = el(
    "form",
    { class: "form", submit: add },
    el("div", { class: "form row" }, field("Effect", effect), Object.values(own)),
    el(
      "div",
      { class: "form row" },
      field("Delay at least, ms", number("latencyMsMin", { min: 0 }), "With any effect."),
      field("Delay at most, ms", number("latencyMsMax", { min: 0 })),
    ),
    el(
      "div",
      { class: "form row" },
      field("Applies to", pick),
      pickedField,
      field("Provider", provider),
      field("Expires after, times", number("times", { min: 1 })),
      field("Expires after, s", number("expiresInSeconds", { min: 1 }), "Of the world's clock."),
    ),
    el("fieldset", {}, el("legend", {}, "Operations (all if none is chosen)"), of),
    el("p", { class: "buttons" }, el("button", { class: "primary" }, "Add the rule")),
  );
  choose();
  fillChoices().catch(error);
  return el("details", { class: "panel", open: true }, el("summary", {}, "Add a rule"), form);

  function choose() {
    for (const [name, it] of Object.entries(own)) it.hidden = !EFFECTS[effect.value].fields.includes(name);
    pickedField.hidden = pick.value === "";
    pickedField.firstChild.textContent = pick.value === "probability" ? "Probability, 0 to 1" : "n";
  }

  async function fillChoices() {
    const [names, data] = await Promise.all([operations(), testData()]);
    of.replaceChildren(
      ...names.map((name) =>
        el(
          "label",
          {},
          el("input", { type: "checkbox", name: "operations", value: name }),
          " ",
          el("code", {}, name),
        ),
      ),
    );
    provider.append(...data.providers.map((it) => el("option", { value: it.username }, it.username)));
  }

  async function add(event) {
    event.preventDefault();
    const request = requested();
    await act(
      form,
      () => control("POST", "faults", request),
      ({ faultId }) => {
        form.reset();
        choose();
        return `Rule ${faultId} is in force.`;
      },
    );
  }

  function requested() {
    const { pick: by, picked: value, ...fields } = filled(form);
    if (by !== undefined && value !== undefined) fields[by] = value;
    for (const [name, it] of Object.entries(own)) if (it.hidden) delete fields[name];
    for (const name of NUMBERS) if (name in fields) fields[name] = Number(fields[name]);
    const chosen = new FormData(form).getAll("operations");
    delete fields.operations;
    return chosen.length === 0 ? fields : { operations: chosen, ...fields };
  }
}

function rateLimit() {
  const perSecond = el("input", { type: "number", min: 0, name: "requestsPerSecond", required: true });
  const burst = el("input", { type: "number", min: 1, name: "burst" });
  const now = el("p", { class: "empty" });
  const form = el(
    "form",
    { class: "form row", submit: set },
    field("Requests per second", perSecond, "0 for no limit."),
    field("At once", burst),
    el("button", {}, "Set the limit"),
  );
  const element = el("section", { class: "panel" }, el("h2", {}, "Rate limit of each provider"), now, form);
  return {
    element,
    show(limit) {
      const text =
        !limit || limit.requestsPerSecond === 0
          ? "There is none."
          : `${limit.requestsPerSecond} in a second, ${limit.burst ?? limit.requestsPerSecond} at once; more are answered 429.`;
      if (now.textContent !== text) now.textContent = text;
    },
  };

  async function set(event) {
    event.preventDefault();
    const limit = Object.fromEntries(
      Object.entries(filled(form)).map(([name, value]) => [name, Number(value)]),
    );
    await act(
      form,
      () => control("PUT", "settings", { rateLimit: limit }),
      () => "The limit is set.",
    );
  }
}

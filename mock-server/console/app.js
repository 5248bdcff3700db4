// The console of octane-mock: what is around the views, and when what is shown is read again.
//
// A view is opened with its place and gives back how to `refresh` it. It is refreshed after everything
// done here, when the stream of the world tells that something has happened, and at intervals while the
// page can be seen: often where there is no stream, and else for what it leaves out, such as other worlds.

import { onChanged, act } from "./act.js";
import { NoAnswer, WORLD, consoleOf, control, onUnauthorized, setToken } from "./api.js";
import { openBoard } from "./board.js";
import { clockNow, openClock, readClock } from "./clock.js";
import { openCoverage } from "./coverage.js";
import { open as openDialog } from "./dialog.js";
import { button, el, field, replace } from "./dom.js";
import { openExchange } from "./exchange.js";
import { openFaults } from "./faults.js";
import { openJournal } from "./journal.js";
import { bindKeys } from "./keyboard.js";
import { describe } from "./messages.js";
import { openNewOrder } from "./new-order.js";
import { openOrder } from "./order.js";
import { go, link, place } from "./router.js";
import { follow } from "./stream.js";
import { openWorlds } from "./worlds.js";

const VIEWS = [
  { name: "board", title: "Orders", open: openBoard },
  { name: "journal", title: "Journal", open: (main, at) => (at.argument === undefined ? openJournal : openExchange)(main, at) },
  { name: "coverage", title: "Coverage", open: openCoverage },
  { name: "faults", title: "Faults", open: openFaults },
  { name: "clock", title: "Clock", open: openClock },
  { name: "worlds", title: "Worlds", open: openWorlds },
];
const ORDER = { name: "order", title: "Order", open: openOrder, under: "board" };

const POLL_MS = 2_000;
const POLL_STREAMED_MS = 15_000;
/** How long to wait for more of the same before reading again, and longer where reading takes long: a
 * test that sends a flood is not to wait for its onlookers. */
const SETTLE_MS = 200;

const main = document.getElementById("view");
const banner = document.getElementById("banner");
const worlds = document.getElementById("world");
const network = document.getElementById("network");
let [view, at, running, again, isStreamed, isOpened, isAskedForToken, tookMs] = [undefined, undefined, false, false, false, false, false, 0];

function show() {
  const wanted = place();
  const found = wanted.view === ORDER.name && wanted.argument !== undefined ? ORDER : VIEWS.find((it) => it.name === wanted.view);
  if (found === undefined) {
    location.replace(link("board"));
    return;
  }
  at = { ...wanted, found };
  main.replaceChildren();
  main.setAttribute("aria-busy", "true");
  view = found.open(main, wanted);
  document.title = `${main.querySelector("h1").textContent} – ${WORLD === "default" ? "" : `${WORLD} – `}octane-mock`;
  for (const item of document.querySelectorAll("#views a")) {
    const isHere = item.dataset.view === (found.under ?? found.name);
    if (isHere) item.setAttribute("aria-current", "page");
    else item.removeAttribute("aria-current");
  }
  // Whoever followed a link goes on from the heading; whoever has just come is left alone.
  if (isOpened) main.querySelector("h1").focus({ preventScroll: true });
  if (isOpened) scrollTo(0, 0);
  isOpened = true;
  refresh();
}

/** Reads again what is shown. One reading at a time: what happens meanwhile asks for another. */
async function refresh() {
  if (running) {
    again = true;
    return;
  }
  running = true;
  const shown = view;
  const start = performance.now();
  try {
    await Promise.all([readAround(), shown.refresh()]);
    if (shown === view) main.querySelector(":scope > .failure")?.remove();
    bannerOff();
  } catch (failure) {
    if (shown === view) failed(failure);
  } finally {
    if (shown === view) main.removeAttribute("aria-busy");
    running = false;
    tookMs = performance.now() - start;
  }
  if (again) {
    again = false;
    refresh();
  }
}

async function readAround() {
  const [health, settings, all] = await Promise.all([control("GET", "health"), control("GET", "settings"), control("GET", "worlds"), readClock()]);
  document.getElementById("about").textContent = `${health.contractTitle} ${health.contractVersion}`;
  showNetwork(settings.network);
  showWorlds(all.worlds);
  tick();
}

function failed(failure) {
  if (failure instanceof NoAnswer) {
    bannerOn("The server does not answer. Trying again…");
    return;
  }
  bannerOff();
  const note = el("div", { class: "message bad failure", role: "alert" }, describe(failure), failure.status === 401 && button("Give a token…", askForToken), failure.status === 404 && el("p", {}, el("a", { href: WORLD === "default" ? "#board" : consoleOf("default") }, WORLD === "default" ? "To the orders" : "To the default world")));
  const before = main.querySelector(":scope > .failure");
  if (before?.textContent === note.textContent) return;
  before?.remove();
  main.append(note);
}

function bannerOn(text) {
  if (banner.hidden) banner.textContent = text;
  banner.hidden = false;
}

function bannerOff() {
  banner.hidden = true;
  banner.textContent = "";
}

function showNetwork(now) {
  if (network.dataset.now === now) return;
  network.dataset.now = now;
  const choice = (mode, text, title) => button(text, (event) => act(event.currentTarget, () => control("PUT", "settings", { network: mode }), () => title), { "aria-pressed": String(mode === now), "data-key": `network-${mode}`, title });
  replace(network, el("span", { "aria-hidden": "true" }, "nbn"), choice("Manual", "manual", "nbn does what it is told to."), choice("Auto", "auto", "nbn plays itself, by the scenario of each location."));
}

function showWorlds(names) {
  const all = names.includes(WORLD) ? names : [WORLD, ...names];
  if (worlds.dataset.now === all.join()) return;
  worlds.dataset.now = all.join();
  worlds.replaceChildren(...all.map((name) => el("option", { value: name, selected: name === WORLD }, name)));
}

function tick() {
  const now = clockNow();
  const chip = document.getElementById("clock-chip");
  const text = now && `${now.text} · ${now.pace}`;
  if (text !== undefined && chip.textContent !== text) chip.textContent = text;
  view?.tick?.();
}

/** Tells whether what happens is shown at once, or a moment later. */
function showLive(connected) {
  isStreamed = connected;
  const live = document.getElementById("live");
  live.dataset.state = live.textContent = connected ? "live" : "asking";
  live.title = connected ? "What happens is shown at once." : `There is no stream: the server is asked every ${POLL_MS / 1000} seconds.`;
}

function askForToken() {
  if (document.querySelector("dialog[open]") !== null) return;
  const token = el("input", { type: "password", name: "token", autocomplete: "off", required: true });
  const form = el("form", { class: "form", submit: keep }, el("p", {}, "The server was started with one. It is kept for this tab alone."), field("Token", token), el("p", { class: "buttons" }, el("button", { class: "primary" }, "Use it")));
  const dialog = openDialog("The control plane asks for a token", form);
  token.focus();

  function keep(event) {
    event.preventDefault();
    setToken(token.value.trim());
    isAskedForToken = false;
    dialog.close();
    refresh();
  }
}

function start() {
  const items = VIEWS.map(({ name, title }, index) => el("a", { href: link(name), "data-view": name, "aria-keyshortcuts": String(index + 1) }, title));
  document.getElementById("views").append(...items);
  worlds.addEventListener("change", () => location.assign(consoleOf(worlds.value) + link("board")));
  const keys = Object.fromEntries(VIEWS.map(({ name, title }, index) => [String(index + 1), { text: title, work: () => go(name) }]));
  const help = bindKeys(
    {
      ...keys,
      n: { text: "New order", work: openNewOrder },
      "/": { text: "To the filter", work: () => view.find?.focus() },
      r: { text: "Read again", work: refresh },
      Escape: { text: "Close, or go back to the list", work: () => at.argument !== undefined && go(at.found.under ?? at.found.name) },
    },
    { "↑ ↓": "To the next order of the column", "← →": "To the next column", "Home End": "To the newest or oldest shown", "Enter": "Open the order" },
  );
  document.getElementById("help-button").addEventListener("click", help);
  document.querySelector(".skip").addEventListener("click", (event) => {
    event.preventDefault();
    main.focus();
  });
  addEventListener("hashchange", show);
  onChanged(refresh);
  onUnauthorized(() => {
    // Once: whoever closes the dialog finds the way back to it in what is shown instead.
    if (!isAskedForToken) askForToken();
    isAskedForToken = true;
  });
  setInterval(tick, 1_000);
  poll();
  let settling;
  const settled = () => {
    settling = undefined;
    if (isWatched()) refresh();
  };
  follow("journal/stream", () => (settling ??= setTimeout(settled, Math.max(SETTLE_MS, 3 * tookMs))), showLive);
  document.addEventListener("visibilitychange", () => isWatched() && refresh());
  show();
}

async function poll() {
  for (;;) {
    await new Promise((resume) => setTimeout(resume, isStreamed ? POLL_STREAMED_MS : POLL_MS));
    if (isWatched()) await refresh();
  }
}

/** Whether somebody looks at the view: not at another tab, nor at a dialog over it. */
function isWatched() {
  return document.visibilityState === "visible" && document.querySelector("dialog[open]") === null;
}

start();

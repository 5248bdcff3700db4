// The console of octane-mock: which view is shown, and when what it shows is read again.
//
// A view is opened with its place and gives back how to `refresh` it. It is refreshed after everything
// done here, when the stream of the world tells that something has happened, and at intervals while the
// page can be seen: often where there is no stream, and else for what it leaves out, such as other worlds.

import { onChanged } from "./act.js";
import { NoAnswer, WORLD, consoleOf, onUnauthorized } from "./api.js";
import { openBoard } from "./board.js";
import { openClock } from "./clock.js";
import { openCoverage } from "./coverage.js";
import { button, el } from "./dom.js";
import { openExchange } from "./exchange.js";
import { openFaults } from "./faults.js";
import { readHeader, showLive, tickHeader } from "./header.js";
import { openJournal } from "./journal.js";
import { bindKeys } from "./keyboard.js";
import { describe } from "./messages.js";
import { openNewOrder } from "./new-order.js";
import { openOrder } from "./order.js";
import { go, link, place } from "./router.js";
import { follow } from "./stream.js";
import { askForToken, askForTokenOnce } from "./token.js";
import { openWorlds } from "./worlds.js";

/** The views, in the order of their keys. One thing of a list has a view of its own. */
const VIEWS = [
  { name: "board", title: "Orders", open: openBoard },
  { name: "journal", title: "Journal", open: openJournal, openOne: openExchange },
  { name: "coverage", title: "Coverage", open: openCoverage },
  { name: "faults", title: "Faults", open: openFaults },
  { name: "clock", title: "Clock", open: openClock },
  { name: "worlds", title: "Worlds", open: openWorlds },
];
const ORDER = { name: "order", openOne: openOrder, list: "board" };

const POLL_MS = 2_000;
const POLL_STREAMED_MS = 15_000;

/**
 * How long to wait for more of the same before reading again, and longer where reading takes long: a
 * test that sends a flood is not to wait for its onlookers.
 */
const SETTLE_MS = 200;

const main = document.getElementById("view");
const banner = document.getElementById("banner");

/** The view that is open, and the name of the list to go back to. */
let view;
let list;

/** How it is read: whether it is being read, was asked for meanwhile, and how long it last took. */
const reading = { isRunning: false, isWanted: false, tookMs: 0 };

function show() {
  const { view: name, argument, query } = place();
  const found = [...VIEWS, ORDER].find((it) => it.name === name);
  const open = argument === undefined ? found?.open : found?.openOne;
  if (open === undefined) {
    location.replace(link("board"));
    return;
  }
  const isFirst = view === undefined;
  main.replaceChildren();
  main.setAttribute("aria-busy", "true");
  view = open(main, { argument, query });
  list = argument === undefined ? undefined : (found.list ?? found.name);
  const heading = main.querySelector("h1");
  const titles = [heading.textContent, WORLD !== "default" && WORLD, "octane-mock"];
  document.title = titles.filter(Boolean).join(" – ");
  for (const item of document.querySelectorAll("#views a")) {
    if (item.dataset.view === (found.list ?? found.name)) item.setAttribute("aria-current", "page");
    else item.removeAttribute("aria-current");
  }
  // Whoever followed a link goes on from the heading; whoever has just come is left alone.
  if (!isFirst) {
    heading.focus({ preventScroll: true });
    scrollTo(0, 0);
  }
  refresh();
}

/** Reads again what is shown. One reading at a time: what happens meanwhile asks for another. */
async function refresh() {
  reading.isWanted = true;
  if (reading.isRunning) return;
  reading.isRunning = true;
  while (reading.isWanted) {
    reading.isWanted = false;
    const start = performance.now();
    await read(view);
    reading.tookMs = performance.now() - start;
  }
  reading.isRunning = false;
}

async function read(shown) {
  let failure;
  try {
    await Promise.all([readHeader(), shown.refresh()]);
  } catch (thrown) {
    failure = thrown;
  }
  tell(failure instanceof NoAnswer ? "The server does not answer. Trying again…" : "");
  if (shown !== view) return;
  main.removeAttribute("aria-busy");
  if (!(failure instanceof NoAnswer)) showFailure(failure);
}

function tell(text) {
  if (banner.textContent !== text) banner.textContent = text;
  banner.hidden = text === "";
}

/** Shows why the view could not be read, until it could be. */
function showFailure(failure) {
  const before = main.querySelector(":scope > .failure");
  const note =
    failure && el("div", { class: "message bad failure", role: "alert" }, describe(failure), wayOut(failure));
  if (note !== undefined && before?.textContent === note.textContent) return;
  before?.remove();
  if (note !== undefined) main.append(note);
}

function wayOut({ status }) {
  if (status === 401) return button("Give a token…", () => askForToken(refresh));
  if (status !== 404) return undefined;
  if (WORLD === "default") return el("p", {}, el("a", { href: "#board" }, "To the orders"));
  return el("p", {}, el("a", { href: consoleOf("default") }, "To the default world"));
}

/** Whether somebody looks at the view: not at another tab, nor at a dialog over it. */
function isWatched() {
  return document.visibilityState === "visible" && document.querySelector("dialog[open]") === null;
}

/** Reads again as the world changes. */
function keepUp() {
  let isStreamed = false;
  let settling;
  const settled = () => {
    settling = undefined;
    if (isWatched()) refresh();
  };
  const onEvent = () => {
    settling ??= setTimeout(settled, Math.max(SETTLE_MS, 3 * reading.tookMs));
  };
  const onState = (connected) => {
    isStreamed = connected;
    showLive(connected);
  };
  const poll = async () => {
    if (isWatched()) await refresh();
    setTimeout(poll, isStreamed ? POLL_STREAMED_MS : POLL_MS);
  };
  setTimeout(poll, POLL_MS);
  follow("journal/stream", onEvent, onState);
  document.addEventListener("visibilitychange", () => isWatched() && refresh());
}

function tick() {
  tickHeader();
  view?.tick?.();
}

function start() {
  const numbered = VIEWS.map((it, index) => ({ ...it, key: String(index + 1) }));
  const item = ({ name, title, key }) =>
    el("a", { href: link(name), "data-view": name, "aria-keyshortcuts": key }, title);
  document.getElementById("views").append(...numbered.map(item));
  document.querySelector(".skip").addEventListener("click", (event) => {
    event.preventDefault();
    main.focus();
  });
  const help = bindKeys(
    {
      ...Object.fromEntries(
        numbered.map(({ key, name, title }) => [key, { text: title, work: () => go(name) }]),
      ),
      n: { text: "New order", work: openNewOrder },
      "/": { text: "To the filter", work: () => view.find?.focus() },
      r: { text: "Read again", work: refresh },
      Escape: { text: "Close, or go back to the list", work: () => list && go(list) },
    },
    {
      "↑ ↓": "To the next order of the column",
      "← →": "To the next column",
      "Home End": "To the newest or oldest shown",
      Enter: "Open the order",
    },
  );
  document.getElementById("help-button").addEventListener("click", help);
  onChanged(refresh);
  onUnauthorized(() => askForTokenOnce(refresh));
  addEventListener("hashchange", show);
  setInterval(tick, 1_000);
  show();
  keepUp();
}

start();

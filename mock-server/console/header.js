// What stands above every view: the contract that is served, the clock, who plays nbn, and the world.

import { act } from "./act.js";
import { WORLD, consoleOf, control } from "./api.js";
import { clockNow, readClock } from "./clock.js";
import { button, el, replace } from "./dom.js";
import { link } from "./router.js";

const about = document.getElementById("about");
const chip = document.getElementById("clock-chip");
const live = document.getElementById("live");
const network = document.getElementById("network");
const worlds = document.getElementById("world");

/** Reads it again. */
export async function readHeader() {
  const [health, settings, all] = await Promise.all([
    control("GET", "health"),
    control("GET", "settings"),
    control("GET", "worlds"),
    readClock(),
  ]);
  about.textContent = `${health.contractTitle} ${health.contractVersion}`;
  showNetwork(settings.network);
  showWorlds(all.worlds);
  tickHeader();
}

/** Moves the clock on between two readings. */
export function tickHeader() {
  const now = clockNow();
  const text = now && `${now.text} · ${now.pace}`;
  if (text !== undefined && chip.textContent !== text) chip.textContent = text;
}

/** Tells whether what happens is shown at once, or when the server is asked the next time. */
export function showLive(isStreamed) {
  live.dataset.state = live.textContent = isStreamed ? "live" : "asking";
  live.title = isStreamed
    ? "What happens is shown at once."
    : "There is no stream: the server is asked every few seconds.";
}

function showNetwork(now) {
  if (network.dataset.now === now) return;
  network.dataset.now = now;
  const choice = (mode, text, title) => {
    const choose = (event) =>
      act(
        event.currentTarget,
        () => control("PUT", "settings", { network: mode }),
        () => title,
      );
    return button(text, choose, {
      "aria-pressed": String(mode === now),
      "data-key": `network-${mode}`,
      title,
    });
  };
  replace(
    network,
    el("span", { "aria-hidden": "true" }, "nbn"),
    choice("Manual", "manual", "nbn does what it is told to."),
    choice("Auto", "auto", "nbn plays itself, by the scenario of each location."),
  );
}

function showWorlds(names) {
  // This one may have been dropped, and is still the one that is shown.
  const all = names.includes(WORLD) ? names : [WORLD, ...names];
  if (worlds.dataset.now === all.join()) return;
  worlds.dataset.now = all.join();
  worlds.replaceChildren(...all.map((name) => el("option", { value: name, selected: name === WORLD }, name)));
}

worlds.addEventListener("change", () => location.assign(consoleOf(worlds.value) + link("board")));

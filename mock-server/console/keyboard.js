// Single keys, for whoever keeps the hands on the keyboard. They can be switched off, since a screen
// reader or a voice may type them by accident.

import { open } from "./dialog.js";
import { el } from "./dom.js";
import { closeNewestError } from "./messages.js";

const OFF = "octane-mock-keys-off";

/** The keys that work everywhere, and what is shown of the others. */
export function bindKeys(keys, inViews) {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
    if (document.querySelector("dialog[open]") !== null) return;
    const isTyping = event.target.matches("input:not([type=checkbox], [type=radio]), textarea, select");
    if (event.key === "Escape") {
      if (isTyping) event.target.blur();
      else if (!closeNewestError()) keys.Escape.work();
      return;
    }
    if (isTyping || localStorage.getItem(OFF) !== null) return;
    const key = event.key === "?" ? help : keys[event.key]?.work;
    if (key === undefined) return;
    event.preventDefault();
    key();
  });

  const help = () => openHelp({ ...keys, "?": { text: "These shortcuts" } }, inViews);
  return help;
}

function openHelp(keys, inViews) {
  const rows = (entries) =>
    el(
      "dl",
      { class: "keys" },
      entries.map(([key, text]) =>
        el(
          "div",
          {},
          el(
            "dt",
            {},
            key.split(" ").map((it) => el("kbd", {}, it)),
          ),
          el("dd", {}, text),
        ),
      ),
    );
  const off = el("input", { type: "checkbox", checked: localStorage.getItem(OFF) === null });
  off.addEventListener("change", () =>
    off.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "true"),
  );
  open("Keyboard shortcuts", [
    rows(Object.entries(keys).map(([key, { text }]) => [key === "Escape" ? "Esc" : key, text])),
    el("h3", {}, "On the board"),
    rows(Object.entries(inViews)),
    el("p", {}, el("label", {}, off, " Single keys work")),
  ]);
}

// Asking for the control plane's token, where the server was started with one.

import { setToken } from "./api.js";
import { open } from "./dialog.js";
import { el, field } from "./dom.js";

let wasAsked = false;

/** Asks by itself, and once: whoever closes the dialog finds a button in what is shown instead. */
export function askForTokenOnce(then) {
  if (!wasAsked) askForToken(then);
  wasAsked = true;
}

/** Asks, and goes on once a token was given. Whether it is the right one shows with the next call. */
export function askForToken(then) {
  if (document.querySelector("dialog[open]") !== null) return;
  const token = el("input", { type: "password", name: "token", autocomplete: "off", required: true });
  const form = el(
    "form",
    { class: "form", submit: keep },
    el("p", {}, "The server was started with one. It is kept for this tab alone."),
    field("Token", token),
    el("p", { class: "buttons" }, el("button", { class: "primary" }, "Use it")),
  );
  const dialog = open("The control plane asks for a token", form);
  token.focus();

  function keep(event) {
    event.preventDefault();
    setToken(token.value.trim());
    wasAsked = false;
    dialog.close();
    then();
  }
}

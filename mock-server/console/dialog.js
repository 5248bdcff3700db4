// Dialogs: the browser's own, which keep the focus inside, close by Escape and give the focus back.

import { button, el } from "./dom.js";

/** Shows a dialog with a heading. It is gone from the page once it is closed. */
export function open(heading, children, attributes) {
  const id = `dialog-${heading.replace(/\W+/g, "-").toLowerCase()}`;
  const close = button("Close", () => dialog.close(), { class: "quiet" });
  const head = el("header", {}, el("h2", { id }, heading), close);
  const dialog = el(
    "dialog",
    { "aria-labelledby": id, close: () => dialog.remove(), ...attributes },
    head,
    children,
  );
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** Asks before something that cannot be undone. */
export function confirmed(question, verb, then) {
  const yes = button(
    verb,
    () => {
      dialog.close();
      then();
    },
    { class: "danger" },
  );
  const dialog = open(question, el("p", { class: "buttons" }, yes));
  yes.focus();
}

// Doing something on behalf of whoever clicked: once at a time for each control, never in silence, and
// with everything shown read again afterwards.

import { error, result } from "./messages.js";

let changed = () => {};

/** Whom to tell that something was done. */
export function onChanged(listener) {
  changed = listener;
}

/**
 * Does `work`, says what `done` makes of its outcome, and gives the outcome. What goes wrong is said, and
 * gives `undefined`.
 */
export async function act(control, work, done) {
  if (control?.getAttribute("aria-busy") === "true") return undefined;
  control?.setAttribute("aria-busy", "true");
  try {
    const outcome = await work();
    const text = done?.(outcome);
    if (text) result(text);
    return outcome;
  } catch (failure) {
    error(failure);
    return undefined;
  } finally {
    control?.removeAttribute("aria-busy");
    changed();
  }
}

// What does not change while a server runs, read once: the lifecycle and the test data.

import { control } from "./api.js";

/** Remembers what `read` gave, and asks again after a failure. */
function once(read) {
  let pending;
  return () => {
    pending ??= read().catch((failure) => {
      pending = undefined;
      throw failure;
    });
    return pending;
  };
}

/** States and transitions. */
export const lifecycle = once(() => control("GET", "lifecycle"));

/** Providers, locations and scenarios. */
export const testData = once(() => control("GET", "test-data"));

/** The operationIds that are served. */
export const operations = once(async () =>
  (await control("GET", "coverage")).operations.map((it) => it.operation),
);

/** The provider of this name, with the credentials of the test data. */
export async function provider(username) {
  const found = (await testData()).providers.find((it) => it.username === username);
  if (found === undefined) throw new Error(`The test data has no provider ${username}.`);
  return found;
}

/** The class of a state: what the contract says of it, and not its name, decides how it looks. */
export function stateClass(states, name) {
  const state = states.find((it) => it.name === name);
  if (state === undefined) return "state";
  if (state.isTerminal) return "state terminal";
  if (state.holdsTimeslot) return "state timeslot";
  return state.isInitial ? "state initial" : "state";
}

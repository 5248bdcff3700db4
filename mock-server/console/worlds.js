// Worlds: which there are, making and dropping them, and the snapshots of this one.

import { act } from "./act.js";
import { WORLD, consoleOf, control } from "./api.js";
import { confirmed } from "./dialog.js";
import { button, el, field, filled, replace, select } from "./dom.js";
import { count } from "./words.js";

export function openWorlds(container) {
  let shown = "";
  const worlds = el("ul", { class: "names" });
  const snapshots = el("ul", { class: "names" });
  const about = el("p", { class: "empty" });
  const reset = button(
    "Forget all orders…",
    () =>
      confirmed(`Forget every qualification, order and booking of the world ${WORLD}?`, "Forget them", () =>
        act(
          reset,
          () => control("POST", "reset"),
          () => "The world is empty.",
        ),
      ),
    { class: "quiet" },
  );
  const make = el(
    "form",
    { class: "form row", submit: create },
    field(
      "Name",
      el("input", { name: "name", required: true, autocomplete: "off", placeholder: "checkout-test" }),
      "Small letters, digits and hyphens.",
    ),
    field("Seed", el("input", { name: "seed", type: "number", min: 0 }), "The default world's without one."),
    field(
      "Its clock stands at",
      el("input", { name: "now", autocomplete: "off", placeholder: "2026-03-02T09:00:00+11:00" }),
      "As the default world's without one.",
    ),
    field(
      "nbn",
      select({ name: "network" }, [
        ["", "as in the default world"],
        ["Manual", "played by hand"],
        ["Auto", "plays itself"],
      ]),
    ),
    el("button", {}, "Make a world"),
  );
  const take = el(
    "form",
    { class: "form row", submit: keep },
    field(
      "Name",
      el("input", { name: "name", required: true, autocomplete: "off", placeholder: "before-withdrawal" }),
      "One of that name is replaced.",
    ),
    el("button", {}, "Take a snapshot"),
  );
  container.append(
    el(
      "header",
      { class: "head" },
      el("h1", { tabindex: -1 }, "Worlds"),
      el("p", { class: "total" }, `This is the console of ${WORLD}.`),
    ),
    el("section", { class: "panel" }, el("h2", {}, "All worlds"), worlds, make),
    el("section", { class: "panel" }, el("h2", {}, `Snapshots of ${WORLD}`), snapshots, take),
    el(
      "section",
      { class: "panel" },
      el("h2", {}, `The world ${WORLD}`),
      about,
      el("p", { class: "buttons" }, reset),
    ),
  );

  async function refresh() {
    const [all, kept, health] = await Promise.all([
      control("GET", "worlds"),
      control("GET", "snapshots"),
      control("GET", "health"),
    ]);
    const now = JSON.stringify([all, kept, health]);
    if (now === shown) return;
    shown = now;
    replace(worlds, all.worlds.map(world));
    replace(
      snapshots,
      kept.snapshots.length === 0 ? el("li", { class: "empty" }, "None yet.") : kept.snapshots.map(snapshot),
    );
    about.textContent = `Seed ${health.seed}, ${count(health.orders, "order")}.`;
  }

  function world(name) {
    const isThis = name === WORLD;
    const drop = () =>
      confirmed(`Drop the world ${name} with all that is in it?`, "Drop it", () =>
        act(
          undefined,
          () => control("DELETE", `worlds/${encodeURIComponent(name)}`),
          () => `The world ${name} is dropped.`,
        ),
      );
    return el(
      "li",
      { "data-world": name },
      el("a", { href: consoleOf(name), "aria-current": isThis && "true", "data-key": `world-${name}` }, name),
      el("span", {}, isThis && "this one"),
      name !== "default" &&
        button("Drop…", drop, {
          class: "quiet",
          "data-key": `drop-${name}`,
          "aria-label": `Drop the world ${name}`,
        }),
    );
  }

  function snapshot(name) {
    const path = `snapshots/${encodeURIComponent(name)}`;
    const restore = (event) =>
      act(
        event.currentTarget,
        () => control("POST", `${path}/restore`),
        ({ orders }) => `The world is as it was, with ${count(orders, "order")}.`,
      );
    const drop = (event) =>
      act(
        event.currentTarget,
        () => control("DELETE", path),
        () => `The snapshot ${name} is dropped.`,
      );
    return el(
      "li",
      { "data-snapshot": name },
      el("span", {}, name),
      button("Restore", restore, { "data-key": `restore-${name}`, "aria-label": `Restore ${name}` }),
      button("Drop", drop, {
        class: "quiet",
        "data-key": `forget-${name}`,
        "aria-label": `Drop the snapshot ${name}`,
      }),
    );
  }

  async function create(event) {
    event.preventDefault();
    const request = filled(make);
    if (request.seed !== undefined) request.seed = Number(request.seed);
    await act(
      make,
      () => control("POST", "worlds", request),
      () => {
        make.reset();
        return `The world ${request.name} is made.`;
      },
    );
  }

  async function keep(event) {
    event.preventDefault();
    const { name } = filled(take);
    await act(
      take,
      () => control("PUT", `snapshots/${encodeURIComponent(name)}`),
      () => {
        take.reset();
        return `The snapshot ${name} is taken.`;
      },
    );
  }

  return { refresh };
}

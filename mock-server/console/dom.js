// Making elements. Text becomes text nodes and nothing else, so whatever a client put into an order is
// shown and never run; no module of the console writes markup out of strings.

const SVG = "http://www.w3.org/2000/svg";

/**
 * An element. Of its attributes, a function is a listener, `true` is an attribute without a value, and
 * what is false or missing is left out. Children are nodes or text; what is missing is left out.
 */
export function el(tag, attributes, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** The same for SVG. */
export function svg(tag, attributes, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (typeof value === "function") element.addEventListener(name, value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(
    ...children.flat().filter((child) => child !== undefined && child !== null && child !== false),
  );
  return element;
}

/**
 * Puts children in place of those an element has. The focus stays: on what has the same `data-key` now,
 * or else on the element itself, so a refresh does not throw a keyboard user back to the top.
 */
export function replace(container, ...children) {
  const focused = document.activeElement;
  const isInside = container !== focused && container.contains(focused);
  container.replaceChildren(
    ...children.flat().filter((child) => child !== undefined && child !== null && child !== false),
  );
  if (!isInside || document.activeElement === focused) return;
  const again = [...container.querySelectorAll("[data-key]")].find(
    (it) => it.dataset.key === focused.dataset.key,
  );
  if (again === undefined) container.tabIndex = -1;
  (again ?? container).focus({ preventScroll: true });
}

/** A sentence in which what stands between backticks is code. */
export function sentence(text) {
  return text.split(/`([^`]*)`/).map((part, index) => (index % 2 === 0 ? part : el("code", {}, part)));
}

/** A labelled field. What is in `control` can be found by the label's text. */
export function field(label, control, hint) {
  return el("label", { class: "field" }, el("span", {}, label), control, hint && el("small", {}, hint));
}

/** A drop-down. Options are values, or pairs of value and text. */
export function select(attributes, options, chosen) {
  const made = options.map((option) => {
    const [value, text] = Array.isArray(option) ? option : [option, option];
    return el("option", { value, selected: String(value) === String(chosen ?? "") }, String(text));
  });
  return el("select", attributes, made);
}

/** A button that is not in a form's way. */
export function button(text, onClick, attributes) {
  return el("button", { type: "button", click: onClick, ...attributes }, text);
}

/** The fields of a form that were filled in, by name. */
export function filled(form) {
  const entries = [...new FormData(form)].map(([name, value]) => [name, String(value).trim()]);
  return Object.fromEntries(entries.filter(([, value]) => value !== ""));
}

// Where one is: the part of the address behind `#`, so that a reload and a link come back to it.
//
// `#order/1001` is a view and its argument, `#journal?status=409` a view and its filters.

/** The place the address names. */
export function place() {
  const [path, query = ""] = location.hash.replace(/^#/, "").split("?", 2);
  const [view = "", argument] = path.split("/", 2);
  return {
    view,
    argument: argument && safely(argument),
    query: Object.fromEntries(new URLSearchParams(query)),
  };
}

/** The address of a place. */
export function link(view, argument, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== "");
  const search = new URLSearchParams(given).toString();
  const path = argument === undefined ? view : `${view}/${encodeURIComponent(argument)}`;
  return search === "" ? `#${path}` : `#${path}?${search}`;
}

/** Goes to a place. */
export function go(view, argument, query) {
  location.hash = link(view, argument, query);
}

/** Keeps filters in the address without a step in the history, and without leaving the view. */
export function keepQuery(view, query) {
  history.replaceState(null, "", link(view, undefined, query));
}

function safely(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

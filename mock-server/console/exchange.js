// One exchange: what was wrong with the request, and what went over the wire.

import { control } from "./api.js";
import { el, replace } from "./dom.js";
import { answered, took } from "./journal.js";
import { violationList } from "./messages.js";
import { link } from "./router.js";
import { longTime } from "./time.js";

export function openExchange(container, { argument }) {
  const body = el("div", { class: "stack" });
  let shown = "";
  container.append(
    el("p", { class: "crumbs" }, el("a", { href: "#journal" }, "Journal"), " / ", argument),
    el("header", { class: "head" }, el("h1", { tabindex: -1 }, `Exchange ${argument}`)),
    body,
  );

  async function refresh() {
    const exchange = await control("GET", `journal/${encodeURIComponent(argument)}`);
    const now = JSON.stringify(exchange);
    if (now === shown) return;
    shown = now;
    draw(exchange);
  }

  function draw(exchange) {
    const {
      at,
      method,
      path,
      operation,
      provider,
      status,
      errorCode,
      violations,
      orderId,
      statusBefore,
      statusAfter,
      faultId,
      requestId,
      durationMicroseconds,
      request,
      response,
    } = exchange;
    const fact = (name, value) =>
      value !== undefined && el("div", {}, el("dt", {}, name), el("dd", {}, value));
    const order = orderId !== undefined && el("a", { href: link("order", orderId) }, String(orderId));
    replace(
      body,
      el("p", { class: "wire" }, el("code", {}, `${method} ${path}`), " ", answered(status, errorCode)),
      el(
        "dl",
        { class: "facts" },
        fact("Operation", operation ?? "none was reached"),
        fact("Provider", provider ?? "not told"),
        order && fact("Order", order),
        fact(
          "State",
          statusAfter &&
            (statusBefore && statusBefore !== statusAfter ? `${statusBefore} → ${statusAfter}` : statusAfter),
        ),
        fact("When", longTime(at)),
        fact("Took", took(durationMicroseconds)),
        fact("Request id", requestId),
        faultId !== undefined && fact("Fault rule", el("a", { href: "#faults" }, String(faultId))),
      ),
      violations.length > 0 &&
        el(
          "section",
          { class: "panel" },
          el("h2", {}, "What was wrong with the request"),
          violationList(violations),
        ),
      el("div", { class: "pair" }, message("Request", request), message("Response", response)),
    );
  }

  return { refresh };
}

function message(title, sent) {
  if (sent === undefined) return undefined;
  const { headers, body, bodyIsCut } = sent;
  return el(
    "section",
    { class: "panel" },
    el("h2", {}, title),
    el(
      "dl",
      { class: "headers" },
      headers.map(({ name, value }) => el("div", {}, el("dt", {}, name), el("dd", {}, value))),
    ),
    body === ""
      ? el("p", { class: "empty" }, "No body.")
      : el("pre", { tabindex: 0, "aria-label": `${title} body` }, indented(body)),
    bodyIsCut && el("p", { class: "empty" }, "The body was longer, and is cut."),
  );
}

/** JSON with line breaks; what is not JSON stays as it was sent. */
function indented(body) {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

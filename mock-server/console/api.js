// Calling the server: the control plane as a tester, and the order endpoints as a provider, so that
// what is done here is in the journal like any client's.
//
// A token for the control plane is kept for the tab alone. The browser keeps no credentials of its own
// (`credentials: "omit"`): a 401 would otherwise open its dialog, and stick.

/** Where the world's API begins: the page lies in `_mock/` under it. */
const BASE = new URL("..", document.baseURI);

const IN_WORLD = /^(.*\/)worlds\/([^/]+)\/$/;

/** Name of the world that the page is about. */
export const WORLD = IN_WORLD.exec(BASE.pathname)?.[2] ?? "default";

/** How long an answer may take, in milliseconds. A fault rule may keep it longer. */
const PATIENCE = 20_000;

const TOKEN = "octane-mock-token";

/** An answer that was not a success. */
export class Failure extends Error {
  constructor(call, status, envelope) {
    super(envelope?.errorMessage ?? `The answer was ${status}, and not in the contract's form.`);
    Object.assign(this, { call, status, errorCode: envelope?.errorCode });
    this.violations = envelope?.violations ?? [];
    this.legalEvents = envelope?.legalEvents ?? [];
  }
}

/** There was no answer. */
export class NoAnswer extends Error {
  constructor(call, cause) {
    const late = cause?.name === "TimeoutError";
    super(
      late
        ? `No answer came within ${PATIENCE / 1000} seconds.`
        : "The connection broke before the whole answer was there.",
    );
    this.call = call;
  }
}

const listeners = { unauthorized: () => {} };

/** Whom to tell that the control plane wants a token. */
export function onUnauthorized(listener) {
  listeners.unauthorized = listener;
}

export function setToken(token) {
  sessionStorage.setItem(TOKEN, token);
}

/** The console of another world. */
export function consoleOf(world) {
  const root = IN_WORLD.exec(BASE.pathname)?.[1] ?? BASE.pathname;
  return world === "default" ? `${root}_mock/` : `${root}worlds/${encodeURIComponent(world)}/_mock/`;
}

/** Calls the control plane, and gives the `response` of the envelope. */
export async function control(method, path, body) {
  const answer = await send(method, `_mock/${path}`, body, tokenHeader());
  return answer.response;
}

/** Calls an order endpoint as a provider, and gives status and `response`. */
export async function asProvider(provider, method, path, body) {
  const credentials = new TextEncoder().encode(`${provider.username}:${provider.password}`);
  const basic = btoa(String.fromCharCode(...credentials));
  return send(method, `v1/${path}`, body, { authorization: `Basic ${basic}` });
}

/** Opens the stream of a control plane path; see `stream.js`. */
export function openStream(path, signal) {
  const headers = { ...tokenHeader(), accept: "text/event-stream" };
  return fetch(new URL(`_mock/${path}`, BASE), { headers, signal, credentials: "omit", cache: "no-store" });
}

/** A path with its query, of which what is missing is left out. */
export function withQuery(path, query) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== "");
  const text = new URLSearchParams(given).toString();
  return text === "" ? path : `${path}?${text}`;
}

function tokenHeader() {
  const token = sessionStorage.getItem(TOKEN);
  return token === null ? {} : { authorization: `Bearer ${token}` };
}

async function send(method, path, body, headers) {
  const call = `${method} /${path}`;
  const request = {
    method,
    headers: { ...headers, accept: "application/json" },
    credentials: "omit",
    cache: "no-store",
  };
  if (body !== undefined) {
    request.headers["content-type"] = "application/json";
    request.body = JSON.stringify(body);
  }
  let response, text;
  try {
    response = await fetch(new URL(path, BASE), { ...request, signal: AbortSignal.timeout(PATIENCE) });
    text = await response.text();
  } catch (cause) {
    throw new NoAnswer(call, cause);
  }
  const envelope = parsed(text);
  if (response.ok && envelope?.success === true)
    return { status: response.status, response: envelope.response };
  if (response.status === 401 && /^bearer/i.test(response.headers.get("www-authenticate") ?? "")) {
    listeners.unauthorized();
  }
  throw new Failure(call, response.status, envelope);
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

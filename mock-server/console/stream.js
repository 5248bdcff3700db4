// What happens in the world as it happens, by server-sent events.
//
// Read by `fetch`, since an EventSource cannot send a token. An event only says that something happened:
// what is shown is read again, so a missed event costs a moment and never a wrong picture. While there
// is no stream, as behind a proxy that holds it back, the console asks at intervals instead.

import { openStream } from "./api.js";

const PAUSE_MIN = 1_000;
const PAUSE_MAX = 30_000;

/** Calls `onEvent` for each event, for as long as the page lives, and `onState` as it connects. */
export async function follow(path, onEvent, onState) {
  for (let pause = PAUSE_MIN; ; pause = Math.min(pause * 2, PAUSE_MAX)) {
    const connected = await read(path, onEvent, onState);
    onState(false);
    if (connected === "refused") return;
    if (connected === "ended") pause = PAUSE_MIN;
    await new Promise((resume) => setTimeout(resume, pause));
  }
}

/** Reads a stream to its end, and tells how it went. */
async function read(path, onEvent, onState) {
  try {
    const response = await openStream(path);
    const isStream = response.ok && /^text\/event-stream/.test(response.headers.get("content-type") ?? "");
    if (!isStream) {
      await response.body?.cancel();
      // A server that has no such path will not have it in a minute. A token may be given until then.
      return response.status === 401 || response.status >= 500 ? "failed" : "refused";
    }
    onState(true);
    await events(response.body, onEvent);
    return "ended";
  } catch {
    // No connection. Whoever polls sees it too, and says so.
    return "failed";
  }
}

async function events(body, onEvent) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let isData = false;
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const lines = (rest + value).split(/\r\n|\n|\r/);
    rest = lines.pop();
    for (const line of lines) {
      // An empty line ends an event; one that begins with a colon keeps the connection warm.
      if (line === "" && isData) onEvent();
      isData = line !== "" && (isData || line.startsWith("data:"));
    }
  }
}

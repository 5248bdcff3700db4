// Moments for people: in the browser's own time zone, with the exact moment behind them.

import { el } from "./dom.js";

const LONG = {
  weekday: "short",
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
};
const SHORT = { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" };

const format = (options) => new Intl.DateTimeFormat("en-AU", { ...options, hourCycle: "h23" });
const long = format({ ...LONG, timeZoneName: "short" });
const short = format(SHORT);

/** A moment as text, to the second. */
export function longText(moment) {
  return long.format(new Date(moment));
}

/** A `<time>` that shows a moment to the second. */
export function longTime(moment) {
  return shown(moment, long);
}

/** A `<time>` that shows a moment to the minute, without the year. */
export function shortTime(moment) {
  return shown(moment, short);
}

/** From one moment to another of the same day, in the offset they carry: that of the place. */
export function span(start, end) {
  const [day, from] = start.split("T");
  const weekday = new Intl.DateTimeFormat("en-AU", {
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
    timeZone: "UTC",
  });
  return `${weekday.format(new Date(`${day}T00:00:00Z`))}, ${from.slice(0, 5)}–${end.split("T")[1].slice(0, 5)}`;
}

function shown(moment, formatter) {
  const date = new Date(moment);
  return el("time", { datetime: moment, title: date.toISOString() }, formatter.format(date));
}

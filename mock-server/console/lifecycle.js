// The lifecycle as a drawing: where the order is, where it has been, and where it can go next.
//
// States and transitions are the contract's. Only where a state is drawn stands here, by hand, since
// no short program lays these out as well; a state that has no place yet is drawn below the others.

import { svg } from "./dom.js";
import { listed } from "./words.js";

/** Column and row of a state. Halves lie between two columns, so that lines can pass. */
const PLACES = {
  Submitted: [0, 1],
  Acknowledged: [1, 1],
  Accepted: [2, 1],
  AppointmentRequired: [3, 1],
  Scheduled: [4, 1],
  InProgress: [5, 1],
  Completed: [6, 1],
  Rejected: [0.5, 0],
  Held: [3.5, 0],
  Withdrawn: [0.5, 2],
  PendingWithdrawal: [3.5, 2],
  Cancelled: [5.5, 2],
};

const COLUMN = 174;
const ROW = 104;
const BOX = { width: 152, height: 34 };
const MARGIN = 8;

/** How far apart two lines between the same boxes are. */
const APART = 7;

/** Draws the lifecycle for an order. */
export function drawLifecycle({ states, transitions }, { current, visited, moves }) {
  const places = placed(states);
  const legal = moves.filter((move) => move.isLegal && move.to !== undefined && places.has(move.to));
  const rows = Math.max(...[...places.values()].map(([, row]) => row));
  const [width, height] = [MARGIN * 2 + COLUMN * 6 + BOX.width, MARGIN * 2 + ROW * rows + BOX.height];

  const edges = unique(
    transitions
      .filter(({ from, to }) => places.has(from) && places.has(to))
      .map(({ from, to }) => [from, to]),
  );
  const isPair = (from, to) =>
    edges.concat(legal.map((it) => [current, it.to])).some(([a, b]) => a === to && b === from);
  const line = (from, to, attributes) => {
    const route = routed(places.get(from), places.get(to), from !== to && isPair(from, to));
    return { ...route, drawn: svg("path", { d: route.d, ...attributes }) };
  };
  const quiet = edges
    .filter(([from, to]) => from !== current || !legal.some((move) => move.to === to))
    .map(([from, to]) => line(from, to, { class: "edge", "marker-end": "url(#arrow)" }).drawn);
  const next = unique(legal.map((move) => [current, move.to])).map(([from, to]) => {
    const { drawn, label } = line(from, to, { class: "edge legal", "marker-end": "url(#arrow-legal)" });
    const names = legal
      .filter((move) => move.to === to)
      .map((move) => move.trigger)
      .join(", ");
    return svg("g", {}, drawn, svg("text", { class: "trigger", x: label[0], y: label[1] }, names));
  });
  const boxes = states.map((state) =>
    box(state, places.get(state.name), {
      current,
      visited,
      isNext: legal.some((move) => move.to === state.name),
    }),
  );
  const title = svg("title", { id: "lifecycle-title" }, "Lifecycle of the order");
  const text = svg("desc", { id: "lifecycle-text" }, described(current, visited, legal));
  return svg(
    "svg",
    {
      class: "lifecycle",
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      role: "img",
      "aria-labelledby": "lifecycle-title lifecycle-text",
    },
    title,
    text,
    svg("defs", {}, arrow("arrow"), arrow("arrow-legal")),
    quiet,
    boxes,
    next,
  );
}

/** The drawing in sentences. */
function described(current, visited, legal) {
  const been = [...visited].filter((name) => name !== current);
  const before = been.length === 0 ? "" : ` It has been ${listed(been)}.`;
  const next = legal.map((move) => `${move.trigger} leads to ${move.to}`);
  return `The order is ${current}.${before} ${next.length === 0 ? "Nothing leads on from here" : `From here, ${listed(next)}`}.`;
}

function placed(states) {
  const unknown = states.filter(({ name }) => !(name in PLACES));
  const places = states.map(({ name }) => [
    name,
    PLACES[name] ?? [
      unknown.findIndex((it) => it.name === name) % 7,
      3 + Math.floor(unknown.findIndex((it) => it.name === name) / 7),
    ],
  ]);
  return new Map(places);
}

function unique(pairs) {
  return [...new Map(pairs.map((pair) => [pair.join(" "), pair])).values()];
}

const centre = ([column, row]) => [
  MARGIN + BOX.width / 2 + column * COLUMN,
  MARGIN + BOX.height / 2 + row * ROW,
];

function box({ name, description, isTerminal }, place, { current, visited, isNext }) {
  const [x, y] = centre(place);
  const kinds = [
    "node",
    name === current && "current",
    visited.has(name) && "visited",
    isNext && "next",
    isTerminal && "end",
  ];
  const mark = name === current ? "● " : visited.has(name) ? "✓ " : "";
  return svg(
    "g",
    { class: kinds.filter(Boolean).join(" "), "data-state": name },
    svg("title", {}, description),
    svg("rect", {
      x: x - BOX.width / 2,
      y: y - BOX.height / 2,
      width: BOX.width,
      height: BOX.height,
      rx: isTerminal ? BOX.height / 2 : 6,
    }),
    svg("text", { x, y }, mark + name),
  );
}

function arrow(id) {
  const marker = {
    id,
    viewBox: "0 0 8 8",
    refX: 7,
    refY: 4,
    markerWidth: 7,
    markerHeight: 7,
    orient: "auto-start-reverse",
  };
  return svg("marker", marker, svg("path", { class: id, d: "M0 0 L8 4 L0 8 z" }));
}

/**
 * The line from one place to another, and where its label goes. Lines between neighbours in a row are
 * straight, others of a row are arcs, ahead below it and back above; between rows they leave and arrive
 * upright, and past a row they go through the space between two columns.
 */
function routed(from, to, isPair) {
  const [[x1, y1], [x2, y2]] = [centre(from), centre(to)];
  const [columns, rows] = [to[0] - from[0], to[1] - from[1]];
  const half = BOX.height / 2;
  const side = isPair ? APART : 0;
  if (columns === 0 && rows === 0) {
    const [top, x] = [y1 - half, x1 + 42];
    return {
      d: `M${x - 14} ${top} C${x - 24} ${top - 30} ${x + 24} ${top - 30} ${x + 14} ${top}`,
      label: [x + 8, top - 30],
    };
  }
  if (rows === 0 && (Math.abs(columns) === 1 || from[1] !== 1)) {
    const way = Math.sign(columns);
    const y = y1 - way * side;
    const [start, end] = [x1 + (way * BOX.width) / 2, x2 - (way * BOX.width) / 2];
    return { d: `M${start} ${y} L${end} ${y}`, label: [(start + end) / 2, y1 - way * (half + 9)] };
  }
  if (rows === 0) {
    const way = Math.sign(columns);
    const y = y1 + way * half;
    const bow = y + way * 46;
    return {
      d: `M${x1 + way * 30} ${y} C${x1 + way * 60} ${bow} ${x2 - way * 60} ${bow} ${x2 - way * 30} ${y}`,
      label: [(x1 + x2) / 2, y + way * 40],
    };
  }
  const way = Math.sign(rows);
  const [start, end] = [y1 + way * half, y2 - way * half];
  const [a, b] = [x1 + way * side, x2 + way * side];
  if (Math.abs(rows) === 1) {
    const middle = (start + end) / 2;
    return {
      d: `M${a} ${start} C${a} ${middle + way * 12} ${b} ${middle - way * 12} ${b} ${end}`,
      label: [(a + b) / 2, middle + 4],
    };
  }
  const gap = centre([Math.floor((from[0] + to[0]) / 2) + 0.5, 0])[0] + way * side;
  const through = (start + end) / 2;
  const [before, after] = [through - way * half * 1.6, through + way * half * 1.6];
  const d = `M${a} ${start} C${a} ${before - way * 8} ${gap} ${start + way * 8} ${gap} ${before} L${gap} ${after} C${gap} ${end - way * 8} ${b} ${after + way * 8} ${b} ${end}`;
  return { d, label: [(gap + b) / 2, (after + end) / 2 + 4] };
}

// A chart of requests, of those with a fault, and of their effects, over real time.

import { $, counted, seconds, svg } from "./dom.js";

const BARS = 30, HEIGHT = 120, LEFT = 4;
const WINDOWS = { minute: 60, ten: 600, all: Infinity };
let range = "minute", points = [], now = () => 0;

// Counts the entries of each bar; `length` is the chart's range in seconds.
export function barsOf(entries, end, length) {
  const bars = Array.from({ length: BARS }, () => ({ requests: 0, faults: 0, effects: 0 }));
  for (const { uptime_s: at, fault, effects } of entries) {
    const bar = bars[Math.min(BARS - 1, Math.floor(BARS - ((end - at) / length) * BARS))];
    if (bar === undefined) continue;
    bar.requests += 1;
    bar.faults += fault ? 1 : 0;
    bar.effects += effects.length;
  }
  return bars;
}

function column(at, count, top, kind, [from, width]) {
  const step = (100 - LEFT) / BARS, height = (count / top) * (HEIGHT - 14);
  const box = { x: `${LEFT + (at + from) * step}%`, width: `${width * step}%`, y: HEIGHT - height, height };
  const drawn = [svg("rect", { class: `bar ${kind}`, ...box })];
  if (kind === "fault") drawn.push(svg("rect", { fill: "url(#hatch)", ...box }));
  return drawn;
}

export function draw() {
  const end = now(), length = Math.min(WINDOWS[range], Math.max(1, end));
  const bars = barsOf(points, end, length);
  const top = Math.max(1, ...bars.map((bar) => Math.max(bar.requests, bar.effects)));
  const drawn = [
    svg("line", { class: "grid", x1: `${LEFT}%`, x2: "100%", y1: HEIGHT, y2: HEIGHT }),
    svg("line", { class: "grid", x1: `${LEFT}%`, x2: "100%", y1: 14, y2: 14 }),
    svg("text", { x: 0, y: 11 }, String(top)), svg("text", { x: 0, y: HEIGHT }, "0"),
    svg("text", { x: `${LEFT}%`, y: HEIGHT + 15 }, `${spoken(length)} ago`),
    svg("text", { x: "100%", y: HEIGHT + 15, "text-anchor": "end" }, "now"),
  ];
  bars.forEach(({ requests, faults, effects }, at) => {
    if (requests) drawn.push(...column(at, requests, top, "", [0.08, 0.5]));
    if (faults) drawn.push(...column(at, faults, top, "fault", [0.08, 0.5]));
    if (effects) drawn.push(...column(at, effects, top, "effect", [0.62, 0.3]));
  });
  $("bars").replaceChildren(...drawn);
  const sum = (name) => bars.reduce((total, bar) => total + bar[name], 0);
  const said = [counted(sum("requests"), "request"), `${sum("faults").toLocaleString("en")} with a fault`, counted(sum("effects"), "effect")];
  ["requests", "faults", "effects"].forEach((name, at) => { $(`count-${name}`).textContent = said[at]; });
  $("chart").setAttribute("aria-label", `The last ${spoken(length)}: ${said.join(", ")}`);
}

const spoken = (length) => (length < 100 ? seconds(Math.round(length)) : `${Math.round(length / 60)} min`);

// Shows these entries from now on; `clock` tells the sandbox's uptime.
export function plot(entries, clock) {
  points = entries;
  now = clock;
  draw();
}

document.querySelectorAll("[data-range]").forEach((button) => {
  button.onclick = () => {
    range = button.dataset.range;
    document.querySelectorAll("[data-range]").forEach((one) => one.setAttribute("aria-pressed", one === button));
    draw();
  };
});
// The chart moves with time; with reduced motion, it only moves when a request arrives.
if (!matchMedia("(prefers-reduced-motion: reduce)").matches) setInterval(draw, 2000);

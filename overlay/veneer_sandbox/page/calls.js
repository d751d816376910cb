// The attempts of a call: finds the requests in the journal that belong together, and draws them on a time axis.

import { counted, make, seconds, svg } from "./dom.js";

const RETRIED = new Set([408, 409, 425, 429]);
const GUESSED_WITHIN_S = 60;
// How many calls with equal requests may be unfinished at a time.
const SIDE_BY_SIDE = 100;

export const failed = (entry) => entry.status === null || entry.status >= 400 || entry.outcome !== "answered";
export const endOf = (entry, now) => entry.uptime_s + (entry.took_s ?? Math.max(0, now - entry.uptime_s));

// The number of earlier attempts that a client reports; null if it reports none.
function countOf({ headers }) {
  const said = headers["x-retry-count"] ?? headers["x-stainless-retry-count"];
  return /^\d+$/.test(said ?? "") ? Number(said) : null;
}
const traceOf = ({ headers }) => headers.traceparent?.split("-")[1];

// What all attempts of a call have in common. A multipart body has a new boundary in each attempt.
function markOf(entry) {
  const { platform, method, path, query, idempotency_key: key, body_digest: digest, headers } = entry;
  const multipart = headers["content-type"]?.startsWith("multipart/");
  return JSON.stringify([platform, method, path, ...(key ? [key] : [query, multipart ? "" : digest])]);
}

// Whether a request is the next attempt of a call: by the client's count of attempts, else by a guess. The guess is the
// same request, soon after one that failed in a retryable way.
function continues(call, entry) {
  const last = call.at(-1), count = countOf(entry);
  if (last.outcome !== "open" && !failed(last)) return false;
  if (count !== null) return count > 0 && count === (countOf(last) ?? 0) + 1;
  if (last.took_s === null) return false;
  const pause = entry.uptime_s - endOf(last);
  const retried = last.status === null || last.status >= 500 || RETRIED.has(last.status) || last.outcome !== "answered";
  return retried && pause >= 0 && pause <= GUESSED_WITHIN_S;
}

// Returns the calls that entries of the journal (oldest first) belong to, each a list of its attempts.
export function callsOf(entries) {
  const calls = [], unfinished = new Map();
  for (const entry of entries) {
    const mark = markOf(entry), among = unfinished.get(mark) ?? [];
    const fitting = among.filter((call) => continues(call, entry));
    const call = fitting.find((one) => traceOf(one[0]) === traceOf(entry)) ?? fitting[0];
    if (call) call.push(entry);
    else calls.push([entry]);
    const kept = call ? among : [...among, calls.at(-1)];
    const waiting = kept.filter((one) => one.at(-1).outcome === "open" || failed(one.at(-1)));
    unfinished.set(mark, waiting.slice(-SIDE_BY_SIDE));
  }
  return calls;
}

// Why the attempts count as one call.
function reasonOf(call) {
  if (call.length === 1) return "";
  if (call.slice(1).some((entry) => countOf(entry) === null)) {
    return "Guessed: the same request, soon after one that failed.";
  }
  return call[0].idempotency_key ? "Known by the idempotency key and the client’s count." : "Known by the client’s count of attempts.";
}

// The seconds of a response's Retry-After; null without one. A date is relative to the sandbox's clock.
function askedOf(entry) {
  if (!entry.retry_after) return null;
  const said = Number(entry.retry_after);
  const wait = Number.isNaN(said) ? (Date.parse(entry.retry_after) - Date.parse(entry.at)) / 1000 : said;
  return Number.isNaN(wait) ? null : Math.max(0, wait);
}

const percent = (share) => `${Math.round(share * 9700) / 100}%`;

// One attempt on the axis: the wait before it, the end of Retry-After, and its duration.
function strip(call, at, now, place) {
  const entry = call[at], before = call[at - 1], drawn = svg("svg", { "aria-hidden": "true" });
  const from = place(entry.uptime_s), to = place(endOf(entry, now));
  drawn.append(svg("line", { class: "grid", x1: "0", x2: "100%", y1: "100%", y2: "100%" }));
  if (before) {
    const ended = place(endOf(before, now)), asked = askedOf(before);
    drawn.append(svg("line", { class: "pause", x1: percent(ended), x2: percent(from), y1: "50%", y2: "50%" }));
    if (asked !== null) {
      const due = percent(Math.min(1, place(endOf(before, now) + asked)));
      drawn.append(svg("line", { class: "asked", x1: due, x2: due, y1: "10%", y2: "90%" }));
    }
  }
  const kind = entry.outcome === "open" ? "open" : failed(entry) ? "failed" : "";
  const box = { class: `span ${kind}`, x: percent(from), y: "20%", height: "60%", rx: 2 };
  // An attempt too short to be visible still gets a mark.
  drawn.append(svg("rect", { ...box, width: "3" }), svg("rect", { ...box, width: percent(Math.max(0, to - from)) }));
  return drawn;
}

function axis(total) {
  const drawn = svg("svg", { class: "axis", "aria-hidden": "true" });
  for (const [share, anchor] of [[0, "start"], [0.5, "middle"], [1, "end"]]) {
    drawn.append(svg("text", { x: percent(share), y: "80%", "text-anchor": anchor }, seconds(total * share)));
  }
  return drawn;
}

function words(call, at, now) {
  const entry = call[at], line = make("p"), before = call[at - 1];
  if (before) {
    const pause = entry.uptime_s - endOf(before, now), asked = askedOf(before);
    const waited = pause < 0 ? "sent before that ended" : `waited ${seconds(pause)}`;
    line.append(make("span", asked === null ? waited : `${waited}, the server asked for ${seconds(asked)}`, { className: "dim" }), make("br"));
  }
  line.append(make("b", `${at + 1}. `),
    make("span", entry.status === null ? `no response: ${entry.outcome}` : `${entry.status} ${entry.outcome}`, { className: failed(entry) && entry.outcome !== "open" ? "bad" : "good" }));
  if (entry.took_s !== null) line.append(` after ${seconds(entry.took_s)}`);
  if (entry.fault) line.append(", fault ", make("code", entry.fault, { className: "warn" }));
  if (entry.effects.length) line.append(`, ${counted(entry.effects.length, "effect")}`);
  return line;
}

// Draws the attempts of a call, one below the other, from the first request to the end of the last.
export function pictureOf(call, now) {
  const start = call[0].uptime_s;
  const total = Math.max(0.001, ...call.map((entry) => endOf(entry, now) - start));
  const place = (moment) => (moment - start) / total;
  const picture = make("figure", "", { className: "call" });
  const { method, path } = call[0];
  const caption = make("figcaption", `${method} ${path}: ${counted(call.length, "attempt")} in ${seconds(total)}. `);
  caption.append(make("span", reasonOf(call), { className: "dim" }));
  const list = make("ol", "", { className: "attempts" });
  call.forEach((_, at) => {
    const item = make("li");
    item.append(words(call, at, now), strip(call, at, now, place));
    list.append(item);
  });
  picture.append(caption, list, axis(total));
  return picture;
}

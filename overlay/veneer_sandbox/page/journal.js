// The journal, live: rows, the attempts of each call, and the chart above them.

import { callsOf, failed, pictureOf } from "./calls.js";
import { plot } from "./chart.js";
import { $, control, make, methodOf, pathOf, seconds } from "./dom.js";

const ROWS = 200, KEPT = 10_000;
let entries = new Map(), rows = new Map(), calls = new Map(), uptime = () => 0, told = () => {}, later = null;
let retried = null;

// The journal counts seconds since the sandbox's start; the page shows the time of day.
function timeOf(entry) {
  const moment = new Date(Date.now() - (uptime() - entry.uptime_s) * 1000);
  const pad = (value, length = 2) => String(value).padStart(length, "0");
  const text = [moment.getHours(), moment.getMinutes(), moment.getSeconds()].map((one) => pad(one)).join(":");
  return make("small", `${text}.${pad(moment.getMilliseconds(), 3)}`, { title: `the sandbox’s clock: ${entry.at}` });
}

function cell(className = "", text = "") {
  const made = make("td", text, { className });
  made.setAttribute("role", "cell");
  return made;
}
function line(className = "") {
  const made = make("tr", "", { className });
  made.setAttribute("role", "row");
  return made;
}

function rowOf(entry) {
  const row = { entry, line: line(), more: null, attempt: make("small"), call: null, state: "" };
  const number = make("button", entry.n, { className: "link", title: "Show the entry and the attempts of its call" });
  number.setAttribute("aria-expanded", "false");
  number.setAttribute("aria-label", `Details of request ${entry.n}`);
  number.onclick = () => toggle(row, number);
  row.number = number;
  const first = cell(), request = cell(), answer = cell();
  first.append(number, timeOf(entry));
  request.append(methodOf(entry.method), " ", make("span", entry.platform, { className: "dim" }), " ",
    pathOf(`${entry.path}${entry.query && `?${entry.query}`}`));
  if (entry.fault) request.append(make("div", entry.fault, { className: "warn" }));
  request.append(row.attempt);
  const open = entry.outcome === "open";
  const words = entry.status === null ? entry.outcome : `${entry.status} ${entry.outcome}`;
  answer.append(make("span", words, { className: open ? "dim" : failed(entry) ? "bad" : "good" }));
  if (entry.took_s !== null) answer.append(make("small", seconds(entry.took_s)));
  row.line.append(first, request, answer, cell("effects", entry.effects.join("\n")));
  return row;
}

function toggle(row, number) {
  const open = row.more === null;
  number.setAttribute("aria-expanded", String(open));
  if (open) {
    row.more = line("more");
    row.line.after(row.more);
    detail(row);
  } else {
    row.more.remove();
    row.more = null;
  }
}

function detail(row) {
  const all = cell();
  all.colSpan = 4;
  all.append(pictureOf(row.call, uptime()), make("pre", JSON.stringify(row.entry, null, 2)));
  row.more.replaceChildren(all);
}

// Puts the rows into the table; existing rows are not moved, so that they keep the focus.
function place(lines) {
  const table = $("journal"), wanted = new Set(lines);
  for (const one of [...table.children]) if (!wanted.has(one)) one.remove();
  let at = table.firstChild;
  for (const one of lines) {
    if (one === at) at = at.nextSibling;
    else table.insertBefore(one, at);
  }
}

// Renders new entries: many requests at once are one change of the page.
function render() {
  later = null;
  const known = [...entries.values()].sort((one, other) => one.n - other.n);
  for (const old of known.splice(0, known.length - KEPT)) entries.delete(old.n);
  // All calls at the start, later only those that may still change.
  const found = callsOf(rows.size === 0 ? known : known.slice(-2 * ROWS));
  calls = new Map(found.flatMap((call) => call.map((entry) => [entry.n, call])));
  retried = found.findLast((call) => call.length > 1) ?? retried;
  const shown = known.slice(-ROWS).reverse();
  const kept = new Map(), lines = [];
  for (const entry of shown) {
    const old = rows.get(entry.n);
    const row = old?.entry === entry ? old : rowOf(entry);
    row.call = calls.get(entry.n);
    const state = row.call.map((one) => `${one.n} ${one.took_s}`).join();
    row.attempt.textContent = row.call.length > 1 ? `attempt ${row.call.indexOf(entry) + 1} of ${row.call.length}` : "";
    // An expanded row stays expanded when its request ends or gets another attempt.
    if (old?.more && row !== old) toggle(row, row.number);
    else if (row.more && row.state !== state) detail(row);
    row.state = state;
    kept.set(entry.n, row);
    lines.push(row.line, ...(row.more ? [row.more] : []));
  }
  rows = kept;
  place(lines);
  $("nothing").hidden = known.length > 0;
  $("shown").textContent = known.length > ROWS ? `the newest ${ROWS} of ${known.length.toLocaleString("en")}` : "newest first";
  $("no-call").hidden = retried !== null;
  $("call").replaceChildren(...(retried ? [pictureOf(retried, uptime())] : []));
  plot(known, uptime);
}
const renderSoon = () => { later ??= setTimeout(render, 100); };

export function forget() {
  entries.clear();
  rows.clear();
  retried = null;
  render();
}

function note(entry) {
  // An older copy of the journal does not reopen a finished entry.
  if ((entries.get(entry.n)?.took_s ?? null) === null) entries.set(entry.n, entry);
}

// Reads the whole journal; resolves when it is shown.
async function load() {
  (await control("/journal")).data.entries.forEach(note);
  render();
}

// Follows the journal from now on. `clock` returns the sandbox's uptime, `changed` is called for new entries, and `live`
// with whether the sandbox is reachable. Resolves when the journal is shown for the first time.
export function follow(clock, changed, live) {
  [uptime, told] = [clock, changed];
  const stream = new EventSource("/_sandbox/journal/stream");
  stream.onmessage = (event) => {
    note(JSON.parse(event.data));
    renderSoon();
    told();
  };
  stream.onerror = () => live(false);
  return new Promise((resolve, reject) => {
    // After a lost connection the sandbox may be a new one, which counts from one again.
    stream.onopen = () => {
      entries.clear();
      rows.clear();
      retried = null;
      live(true);
      load().then(resolve, reject);
    };
  });
}

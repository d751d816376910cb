// The sandbox's page: state, clock, standing faults and snapshots. The other files have the operations and the journal.

import { $, accepted, action, control, counted, make } from "./dom.js";
import { follow, forget } from "./journal.js";
import { openPlatform } from "./operations.js";

const PRESETS = ["status=503;times=2", "status=429;retry-after=2;times=1", "status=504;applied;times=1", "latency=1",
  "blackhole;times=1", "reset=before;times=1", "reset=after;times=1", "reset=body", "truncate=10", "dribble=0.05",
  "bad-json", "content-type=text/html", "repeat-cursor", "unknown-enum", "extra-field", "cut-sse=3",
  "heartbeats-only", "no-terminator", "status=500;rate=0.2"];
PRESETS.forEach((one) => $("presets").append(make("option", "", { value: one })));

let about = {}, asked = 0, sent = 0, shown = 0, later = null;

const uptime = () => about.uptime_s + (performance.now() - asked) / 1000;

// Shows the sandbox's description. Of two responses, the one requested later counts.
async function refresh() {
  const number = ++sent;
  const { data } = await control("");
  if (number < shown) return;
  [shown, about, asked] = [number, data, performance.now()];
  tick();
  $("state").textContent = counted(data.requests, "request");
  $("rules").replaceChildren(...data.faults.map(ruleOf));
  $("snapshots").replaceChildren(...data.snapshots.map(snapshotOf));
}
// Many requests at once are one refresh.
const refreshSoon = () => { later ??= setTimeout(() => { later = null; refresh().catch(() => live(false)); }, 200); };

const live = (heard) => {
  $("lost").hidden = heard;
  if (heard) refreshSoon();
};

const command = (run) => action(async (event) => { await run(event); await refresh(); });

function ruleOf(rule) {
  const where = [rule.platform, rule.method, rule.path].filter((one) => one !== "*").join(" ") || "everywhere";
  const remove = make("button", "Remove", { onclick: command(() => control(`/faults/${rule.id}`, "DELETE")) });
  remove.setAttribute("aria-label", `Remove the fault ${rule.fault}`);
  const item = make("li");
  item.append(make("code", rule.fault), make("span", `${where}, hit ${rule.hits}×`, { className: "dim" }), remove);
  return item;
}

function snapshotOf(name) {
  const path = `/snapshots/${encodeURIComponent(name)}`;
  const restore = make("button", "Restore", {
    onclick: command(async () => accepted("snapshot-error", await control(`${path}/restore`, "POST"))),
  });
  const remove = make("button", "Remove", { onclick: command(() => control(path, "DELETE")) });
  restore.setAttribute("aria-label", `Restore the snapshot ${name}`);
  remove.setAttribute("aria-label", `Remove the snapshot ${name}`);
  const item = make("li");
  item.append(make("code", name), make("span", "", { className: "dim" }), restore, remove);
  return item;
}

function tick() {
  const now = about.now * 1000 + (about.frozen ? 0 : performance.now() - asked);
  $("now").textContent = new Date(now).toISOString().slice(0, 19) + (about.frozen ? " (stopped)" : "");
}
setInterval(() => { if (about.frozen === false) tick(); }, 1000);

document.querySelectorAll("[data-advance]").forEach((one) => {
  one.onclick = command(() => control("/clock", "POST", { advance_s: Number(one.dataset.advance) }));
});
$("reset").onclick = command(async () => { await control("/reset", "POST"); forget(); });
$("clear").onclick = command(async () => { await control("/journal", "DELETE"); forget(); });
$("fault-form").onsubmit = command(async () => {
  const rule = { fault: $("fault").value, platform: $("fault-platform").value, path: $("fault-path").value || "*" };
  if (accepted("fault-error", await control("/faults", "POST", rule))) $("fault").value = "";
});
$("snapshot-form").onsubmit = command(async () => {
  if (accepted("snapshot-error", await control("/snapshots", "POST", { name: $("snapshot").value }))) $("snapshot").value = "";
});

function tabOf(name) {
  const tab = make("button", name, { onclick: action(() => openPlatform(name, about)) });
  tab.setAttribute("role", "tab");
  tab.setAttribute("aria-controls", "operations");
  tab.dataset.name = name;
  return tab;
}
$("platforms").onkeydown = (event) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key], tabs = [...$("platforms").children];
  if (step === undefined) return;
  const next = tabs.at((tabs.indexOf(document.activeElement) + step) % tabs.length);
  next.focus();
  next.click();
};

await refresh();
for (const name of Object.keys(about.platforms)) {
  $("platforms").append(tabOf(name));
  $("fault-platform").append(make("option", name, { value: name }));
}
await Promise.all([follow(uptime, refreshSoon, live), openPlatform(Object.keys(about.platforms)[0], about)]);
document.body.dataset.ready = "true";

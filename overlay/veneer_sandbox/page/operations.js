// The operations of a platform's contract, and a form to try one.

import { $, action, make, methodOf, pathOf } from "./dom.js";

let about = {}, contract = null, platform = null, chosen = null, running = null;

const resolve = (node) => {
  while (node && node.$ref) node = node.$ref.slice(2).split("/").reduce(
    (at, key) => at[key.replaceAll("~1", "/").replaceAll("~0", "~")], contract);
  return node ?? {};
};
const sample = (media) => {
  if (media.example !== undefined) return media.example;
  const first = Object.values(media.examples ?? {})[0];
  return first !== undefined ? resolve(first).value : invent(media.schema);
};
const invent = (schema, depth = 0) => {
  schema = resolve(schema);
  if (schema.example !== undefined) return schema.example;
  if (schema.examples?.length) return schema.examples[0];
  if (schema.default !== undefined) return schema.default;
  if (schema.enum) return schema.enum[0];
  const inner = (schema.allOf ?? schema.anyOf ?? schema.oneOf)?.[0];
  if (inner) return invent(inner, depth + 1);
  const type = [schema.type].flat()[0];
  if (type === "object" || schema.properties) {
    if (depth > 5) return {};
    return Object.fromEntries((schema.required ?? []).map((name) => [name, invent(schema.properties?.[name], depth + 1)]));
  }
  return { array: [], integer: schema.minimum ?? 1, number: schema.minimum ?? 1, boolean: true, null: null }[type] ?? "text";
};

const METHODS = new Set(["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"]);
const nameOf = (method, path, operation) => operation.summary ?? operation.operationId ?? `${method.toUpperCase()} ${path}`;

// Shows a platform's operations; `what` is the control API's description of the sandbox.
export async function openPlatform(name, what) {
  about = what;
  platform = name;
  for (const tab of $("platforms").children) {
    tab.setAttribute("aria-selected", tab.dataset.name === name);
    tab.tabIndex = tab.dataset.name === name ? 0 : -1;
  }
  $("base").textContent = location.origin + prefixOf(name);
  $("platform-key").textContent = about.keys[name];
  $("find").value = "";
  const read = await (await fetch(`/_sandbox/contracts/${name}`)).json();
  if (platform !== name) return; // another platform was chosen meanwhile
  contract = read;
  const groups = new Map();
  for (const [path, item] of Object.entries(contract.paths ?? {})) {
    const methods = resolve(item);
    for (const [method, operation] of Object.entries(methods)) {
      if (!METHODS.has(method)) continue;
      const button = make("button");
      button.append(methodOf(method.toUpperCase()), pathOf(path));
      button.title = nameOf(method, path, operation);
      button.onclick = () => choose(button, method, path, methods, operation);
      const item = make("li");
      item.append(button);
      const tag = operation.tags?.[0] ?? "other";
      groups.set(tag, [...(groups.get(tag) ?? [make("li", tag, { className: "tag" })]), item]);
    }
  }
  $("operations").replaceChildren(...[...groups.values()].flat());
}

$("find").oninput = () => {
  const words = $("find").value.toLowerCase().split(/\s+/);
  let tag = null;
  for (const item of $("operations").children) {
    const button = item.querySelector("button");
    if (button === null) { (tag = item).hidden = true; continue; }
    const text = `${tag?.textContent} ${button.textContent} ${button.title}`.toLowerCase();
    item.hidden = !words.every((word) => text.includes(word));
    if (!item.hidden && tag) tag.hidden = false;
  }
};

// Text between backticks is code.
const prose = (text) => text.split("`").map((part, at) => (at % 2 ? make("code", part) : part));

function choose(button, method, path, item, operation) {
  document.querySelectorAll("#operations button").forEach((one) => one.setAttribute("aria-current", one === button));
  const parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])].map(resolve);
  const content = resolve(operation.requestBody).content ?? {};
  const [type, media] = Object.entries(content)[0] ?? [null, null];
  chosen = { method, path, parameters, type, operation };
  $("title").replaceChildren(methodOf(method.toUpperCase()), ` ${nameOf(method, path, operation)}`);
  $("about").replaceChildren(...prose(operation.description ?? ""));
  $("fields").replaceChildren(...parameters.map((one) => {
    const label = make("label", `${one.name}${one.required ? "" : " (optional)"}`);
    const value = one.example ?? Object.values(one.examples ?? {})[0]?.value ?? resolve(one.schema).examples?.[0];
    label.append(make("input", "", { name: one.name, value: one.required ? value ?? "" : "", required: !!one.required }));
    return label;
  }));
  $("body-label").hidden = media === null;
  $("body").value = media === null ? "" : JSON.stringify(sample(media), null, 2);
  $("body").rows = Math.min(20, $("body").value.split("\n").length + 1);
  $("key").textContent = keyOf(operation);
  $("form").hidden = false;
  $("answer").hidden = true;
  $("try").scrollIntoView({ block: "nearest" });
}

const prefixOf = (name) => about.platforms[name] + (name === "aerostack" ? "/v1" : "");
// A key is sent even if it is optional.
const schemesOf = (operation) =>
  (operation.security ?? contract.security ?? []).map((need) => Object.keys(need)).find((names) => names.length) ?? [];
const isConsumer = (operation) => platform === "aerostack" && schemesOf(operation).some((one) => /consumer/i.test(one));
const keyOf = (operation) =>
  schemesOf(operation).length === 0 ? "none needed" : about.keys[isConsumer(operation) ? "aerostack_consumer" : platform];

// Adds the key for each scheme of the first requirement.
function sign(operation, key, headers, query) {
  for (const name of schemesOf(operation)) {
    const scheme = resolve(contract.components?.securitySchemes?.[name]);
    if (scheme.type === "apiKey" && scheme.in === "header") headers[scheme.name] = key;
    else if (scheme.type === "apiKey" && scheme.in === "query") query.set(scheme.name, key);
    else if (scheme.type === "apiKey") document.cookie = `${scheme.name}=${key}; path=/; samesite=strict`;
    else if (scheme.scheme?.toLowerCase() === "basic") headers.authorization = `Basic ${btoa(`sandbox:${key}`)}`;
    else headers.authorization = `Bearer ${key}`;
  }
}

function request() {
  const values = Object.fromEntries(new FormData($("form")));
  let path = chosen.path;
  const query = new URLSearchParams();
  const headers = {};
  for (const one of chosen.parameters) {
    const value = values[one.name];
    if (one.in === "path") path = path.replace(`{${one.name}}`, encodeURIComponent(value));
    else if (value && one.in === "query") query.set(one.name, value);
    else if (value && one.in === "header") headers[one.name] = value;
  }
  sign(chosen.operation, keyOf(chosen.operation), headers, query);
  if ($("one-fault").value) headers["x-sandbox-fault"] = $("one-fault").value;
  let body;
  if (chosen.type === "multipart/form-data") {
    body = new FormData();
    for (const [name, value] of Object.entries(JSON.parse($("body").value))) {
      body.set(name, name === "file" ? new Blob([value]) : value);
    }
  } else if (chosen.type === "application/x-www-form-urlencoded") {
    body = new URLSearchParams(JSON.parse($("body").value));
  } else if (chosen.type !== null) {
    body = $("body").value;
    headers["content-type"] = chosen.type;
  }
  path = path.split("#")[0];
  const tail = query.size ? `${path.includes("?") ? "&" : "?"}${query}` : "";
  return [prefixOf(platform) + path + tail, { method: chosen.method.toUpperCase(), headers, body }];
}

function curl(url, { method, headers, body }) {
  const quote = (text) => `'${text.replaceAll("'", "'\\''")}'`;
  const parts = [`curl -X ${method} ${quote(location.origin + url)}`];
  for (const [name, value] of Object.entries(headers)) parts.push(`-H ${quote(`${name}: ${value}`)}`);
  if (body instanceof FormData) {
    for (const [name, value] of body) parts.push(`-F ${quote(`${name}=${value instanceof Blob ? "@FILE" : value}`)}`);
  } else if (body !== undefined) parts.push(`--data-raw ${quote(body)}`);
  return parts.join(" \\\n  ");
}

// Whether a body of this media type can be shown as text.
const isText = (type) => /^text\/|json|xml|yaml|javascript|event-stream|urlencoded/i.test(type);

async function show(body, type) {
  if (!isText(type)) {
    const { size } = await new Response(body).blob();
    if (size) $("output").textContent = `${size.toLocaleString("en")} bytes of ${type || "no media type"}`;
    return;
  }
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    $("output").textContent += part.value;
    $("output").hidden = false;
  }
  try { $("output").textContent = JSON.stringify(JSON.parse($("output").textContent), null, 2); } catch { /* a stream */ }
}

$("form").onsubmit = action(async () => {
  running?.abort();
  const mine = running = new AbortController();
  $("answer").hidden = false;
  $("stop").hidden = false;
  $("status").textContent = "…";
  $("output").textContent = "";
  $("output").hidden = true;
  try {
    const [url, init] = request();
    $("curl").textContent = curl(url, init);
    const began = performance.now();
    const answer = await fetch(url, { ...init, signal: mine.signal });
    $("status").textContent = `${answer.status} ${answer.statusText} · ${Math.round(performance.now() - began)} ms\n` +
      [...answer.headers].map(([name, value]) => `${name}: ${value}`).join("\n");
    if (answer.body) await show(answer.body, answer.headers.get("content-type") ?? "");
    if (!$("output").textContent) $("status").textContent += "\n\nno body";
  } catch (error) {
    if (running !== mine) return; // another request was sent meanwhile
    $("output").textContent = `${$("output").textContent}\n${error}`.trim();
    if ($("status").textContent === "…") $("status").textContent = "no response";
  }
  $("output").hidden = !$("output").textContent;
  $("stop").hidden = true;
});
$("stop").onclick = () => running?.abort();

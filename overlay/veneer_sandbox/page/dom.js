// What the parts of the page share: elements, the control API, and actions.

export const $ = (id) => document.getElementById(id);

// Text only ever enters the page as text: paths and bodies come from whoever calls the sandbox.
export const make = (tag, text, props = {}) => Object.assign(document.createElement(tag), { textContent: text ?? "" }, props);

export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

// The method's name in its colour; the path may break before each slash.
export const methodOf = (method) => {
  const shown = make("span", method, { className: "method" });
  shown.dataset.method = method;
  return shown;
};
export function pathOf(path) {
  const shown = make("span", "", { className: "path" });
  path.split(/(?=\/)/).forEach((part) => shown.append(make("wbr"), part));
  return shown;
}

export const counted = (count, one, many = `${one}s`) => `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
export const seconds = (value) => (value < 1 ? `${Math.round(value * 1000)} ms` : `${Number(value.toPrecision(3))} s`);

export async function control(path, method = "GET", body) {
  const init = { method };
  if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers = { "content-type": "application/json" };
  }
  const response = await fetch("/_sandbox" + path, init);
  return { ok: response.ok, data: await response.json() };
}

// Returns an event handler that shows errors. The body counts finished actions, so that a test can wait for one.
let over = 0;
export const action = (work) => async (event) => {
  event?.preventDefault?.();
  $("notice").hidden = true;
  document.body.setAttribute("aria-busy", "true");
  try {
    await work(event);
  } catch (error) {
    $("notice").textContent = `The action failed: ${error.message}. Is the sandbox still running?`;
    $("notice").hidden = false;
  } finally {
    document.body.dataset.actions = ++over;
    document.body.setAttribute("aria-busy", "false");
  }
};

// Shows or clears the control API's error for a command; returns whether the command was accepted.
export function accepted(id, { ok, data }) {
  $(id).hidden = ok;
  $(id).textContent = ok ? "" : data.error;
  return ok;
}

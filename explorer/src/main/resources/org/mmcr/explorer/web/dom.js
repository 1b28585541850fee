// Small helpers: elements, requests, messages.

/** Makes an element. Properties that start with "on" are listeners; "class", "aria-*" and "data-*" are attributes. */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) {
      element.addEventListener(name.slice(2), value);
    } else if (name in element && !name.startsWith("aria") && name !== "list") {
      element[name] = value;
    } else if (value !== false && value !== undefined) {
      element.setAttribute(name === "className" ? "class" : name, value);
    }
  }
  element.append(...children.flat().filter(child => child !== undefined && child !== false));
  return element;
}

/** Whether a key is for a field or a dialog, which may have closed itself on it, and not for the view. */
export function isTyping(event) {
  return Boolean(event.target.closest("input, select, textarea, dialog") || document.querySelector("dialog[open]"));
}

/** What a control is, also after it was made again. */
const nameOf = control => control.id || control.getAttribute("aria-label") || control.textContent;

/** Replaces the children of an element. If the focus was on a control among them, the new one of its name gets it. */
export function replace(element, ...children) {
  const focused = element.contains(document.activeElement) ? nameOf(document.activeElement) : undefined;
  element.replaceChildren(...children);
  if (focused) {
    [...element.querySelectorAll("a, button, input, select")].find(control => nameOf(control) === focused)?.focus();
  }
}

/** A failure to reach the server, or its answer that it cannot do anything yet, as opposed to a refusal. */
export class Unreachable extends Error {}

/** Statuses of a server that starts, and of a proxy whose server is down. */
const NOT_NOW = [502, 503, 504];

export const UNREACHABLE = "The server cannot be reached. Is mmcr still running in its terminal?";

/** Sends a request; a failure becomes an Error with the server's message. */
export async function request(path, options) {
  let answer;
  try {
    answer = await fetch(path, options);
  } catch {
    throw new Unreachable(UNREACHABLE);
  }
  if (!answer.ok) {
    let message = `the server answered ${answer.status}`;
    try {
      message = (await answer.json()).message;
    } catch {
      // not JSON
    }
    const Failure = NOT_NOW.includes(answer.status) ? Unreachable : Error;
    throw Object.assign(new Failure(message), { status: answer.status });
  }
  return answer;
}

export const json = async path => (await request(path)).json();

export const numbers = async (path, Type) => new Type(await (await request(path)).arrayBuffer());

export async function post(path, document) {
  const answer = await request(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(document),
  });
  return answer.json();
}

let hiding;

/** Shows a message for a few seconds. */
export function showMessage(message, isError = false) {
  const toast = document.getElementById("toast");
  toast.textContent = message;
  toast.classList.toggle("error", isError);
  toast.classList.add("shown");
  clearTimeout(hiding);
  hiding = setTimeout(() => toast.classList.remove("shown"), isError ? 8000 : 3000);
}

/** Makes a function that asks and resolves to the answer, or to undefined if it was called again meanwhile. */
export function latest(ask) {
  let turn = 0;
  return async (...parameters) => {
    const mine = ++turn;
    const answer = await ask(...parameters);
    return mine === turn ? answer : undefined;
  };
}

/**
 * Lets a picture be dropped on `area` or chosen with a file input, which is emptied so that the same file can be chosen
 * again; `box` shows that it can be dropped.
 */
export function takePictures(area, box, input, take) {
  input.addEventListener("change", () => {
    const [file] = input.files;
    input.value = "";
    if (file) {
      take(file);
    }
  });
  for (const type of ["dragenter", "dragover", "dragleave", "drop"]) {
    area.addEventListener(type, event => {
      event.preventDefault();
      box.classList.toggle("over", type === "dragenter" || type === "dragover");
    });
  }
  area.addEventListener("drop", event => {
    const [file] = event.dataTransfer.files;
    if (file) {
      take(file);
    }
  });
}

/** Runs an action of the user; its failure is shown at the top of `place`, which stays until the next action there. */
export async function attempt(action, place) {
  try {
    const result = await action();
    place?.querySelector(":scope > .problem")?.remove();
    return result;
  } catch (error) {
    showProblem(sentence(error.message), place);
    return undefined;
  }
}

function showProblem(text, place) {
  if (!place) {
    showMessage(text, true);
    return;
  }
  const line = place.querySelector(":scope > .problem") ?? h("p", { className: "problem", role: "alert" });
  line.textContent = text;
  place.prepend(line);
}

export const sentence = text => text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? "" : ".");

/** A picture of the data. */
export function thumbnail(index, alt, properties = {}) {
  return h("img", { src: `api/picture/${index}`, alt, loading: "lazy", decoding: "async", ...properties });
}

export const percent = fraction => `${(100 * fraction).toFixed(fraction > 0.0995 && fraction < 0.9995 ? 0 : 1)}\u00a0%`;

export const count = number => number.toLocaleString("en");

/** "1 picture", "2 pictures". */
export const many = (number, word) => `${count(number)} ${word}${number === 1 ? "" : "s"}`;

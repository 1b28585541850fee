// State of all views, and its listeners.

import { h, count, sentence } from "./dom.js";

/** The state and its event listeners. */
export const app = {
  /** The latest state from the server: pictures, labels, classifier. */
  state: undefined,
  runs: [],
  /** Columns of the runs' files, by "run/file". */
  lines: new Map(),
  listeners: { state: new Set(), lines: new Set(), runs: new Set(), waiting: new Set(), sent: new Set() },
  on(event, listener) {
    this.listeners[event].add(listener);
  },
  emit(event, data) {
    this.listeners[event].forEach(listener => listener(data));
  },
};

/** Shows the progress of loading in place of a view; calls `fill` once the pictures are loaded. */
export function whenReady(section, title, fill) {
  const text = h("p");
  const bar = h("progress", { "aria-label": "Progress", max: 1 });
  const box = h("div", { className: "waiting" }, h("h1", {}, title), text, bar);
  section.append(box);
  const update = state => {
    const { stage, location: place, done, total, message } = state.progress;
    if (stage === "READY") {
      app.listeners.state.delete(update);
      box.remove();
      fill();
      return;
    }
    const texts = {
      OPENING: `Opening ${place || "the data"} …`,
      FEATURES: `Computing features: ${count(done)} of ${count(total)} pictures. This happens once.`,
      MAP: "Computing the map …",
      FAILED: sentence(message ?? ""),
    };
    text.textContent = texts[stage];
    box.classList.toggle("failed", stage === "FAILED");
    bar.hidden = stage === "FAILED";
    if (total > 0 && stage === "FEATURES") {
      bar.value = done / total;
    } else {
      bar.removeAttribute("value");
    }
  };
  app.on("state", update);
  if (app.state) {
    update(app.state);
  }
}

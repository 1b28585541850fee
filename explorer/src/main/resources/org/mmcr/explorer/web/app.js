// The page's frame: navigation between views, and the server's events.

import { json, showMessage, UNREACHABLE } from "./dom.js";
import { Outbox } from "./outbox.js";
import { app } from "./shared.js";

const MOST_LINES = 4000;
const VIEWS = ["training", "map", "neighbours", "sphere", "label", "curation"];

const mounted = new Map();
/** Fingerprint of the pictures that this page shows. */
let opened = "";

async function show() {
  const [name, argument] = location.hash.slice(1).split("/");
  const view = VIEWS.includes(name) ? name : "training";
  document.querySelectorAll("dialog[open]").forEach(dialog => dialog.close()); // of the view that is left
  for (const other of VIEWS) {
    document.getElementById(`view-${other}`).hidden = other !== view;
  }
  document.querySelectorAll("nav a").forEach(link => {
    if (link.hash === `#${view}`) {
      link.setAttribute("aria-current", "page");
    } else {
      link.removeAttribute("aria-current");
    }
  });
  document.title = `${view.charAt(0).toUpperCase()}${view.slice(1)} · mmcr explore`;
  if (!mounted.has(view)) {
    const section = document.getElementById(`view-${view}`);
    mounted.set(view, import(`./${view}.js`).then(module => module.mount(section, app)));
  }
  let handle;
  try {
    handle = await mounted.get(view);
  } catch {
    mounted.delete(view); // imported again once the server is back
    showMessage(UNREACHABLE, true);
    return;
  }
  if (!document.getElementById(`view-${view}`).hidden) { // still the view that is wanted
    handle.shown?.(argument);
  }
}

/** Appends new lines to a run's columns; beyond MOST_LINES every second line is dropped. */
function appendLines({ run, file, update }) {
  const key = `${run}/${file}`;
  const known = update.restart ? {} : app.lines.get(key) ?? {};
  const [before, more] = [known.step?.length ?? 0, update.columns.step?.length ?? 0];
  for (const name of new Set([...Object.keys(known), ...Object.keys(update.columns)])) {
    // a column may start late or have gaps
    known[name] = [...(known[name] ?? Array(before).fill(null)), ...(update.columns[name] ?? Array(more).fill(null))];
  }
  if ((known.step?.length ?? 0) > MOST_LINES) {
    for (const name of Object.keys(known)) {
      known[name] = known[name].filter((_, i) => i % 2 === 0 || i === known[name].length - 1);
    }
  }
  app.lines.set(key, known);
}

function connect() {
  const events = new EventSource("api/events");
  const connection = document.getElementById("connection");
  events.addEventListener("open", () => (connection.textContent = ""));
  events.addEventListener("error", () => {
    connection.textContent = "not connected – is mmcr explore running?";
    if (events.readyState === EventSource.CLOSED) {
      // refused: an explorer that was started anew has another token
      connection.textContent = "not connected – open the address that mmcr explore printed last";
      setTimeout(connect, 5000);
    }
  });
  events.addEventListener("state", event => {
    const state = JSON.parse(event.data);
    if (state.fingerprint && opened && state.fingerprint !== opened) {
      location.reload(); // other pictures: every index in this page is of the ones before
      return;
    }
    opened = state.fingerprint || opened; // a server that starts anew does not know it yet
    app.state = { ...state, fingerprint: opened };
    document.querySelector('nav a[href="#curation"]').hidden = !app.state.curation;
    if (app.state.progress.stage === "READY" && !app.state.curation && location.hash === "#curation") {
      location.hash = "map"; // an address of another explorer
    }
    app.emit("state", app.state);
  });
  events.addEventListener("lines", event => {
    appendLines(JSON.parse(event.data));
    app.emit("lines");
  });
}

/** Without a run there are no curves; the map is then the first view. */
function hideTraining(without) {
  document.querySelector('nav a[href="#training"]').hidden = without;
  if (without && ["", "#training"].includes(location.hash)) {
    location.hash = "map";
  }
}

async function refreshRuns() {
  try {
    app.runs = await json("api/runs");
    hideTraining(app.runs.length === 0);
    app.emit("runs", app.runs);
  } catch {
    // the line for the connection reports it
  }
  const busy = app.runs.some(run => run.status === "running");
  setTimeout(refreshRuns, busy ? 5000 : 30000);
}

if (location.search) {
  // The token is in a cookie now. Loading again removes it from the history and makes the navigation same-site:
  // after a redirect from a local file, the browser would not send the cookie on a reload.
  location.replace(location.pathname + location.hash);
} else {
  app.outbox = new Outbox(app);
  addEventListener("hashchange", show);
  document.querySelector(".skip").addEventListener("click", event => {
    event.preventDefault(); // the address names the view
    document.getElementById("main").focus();
  });
  connect();
  refreshRuns();
  show();
}

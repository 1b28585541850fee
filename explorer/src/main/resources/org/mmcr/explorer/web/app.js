// The frame: the current view, and the server's events.

import { json, say, SILENT } from "./dom.js";
import { app } from "./shared.js";

const MOST_LINES = 4000;
const VIEWS = ["training", "map", "neighbours", "sphere", "label"];

const mounted = new Map();

async function show() {
  const [name, argument] = location.hash.slice(1).split("/");
  const view = VIEWS.includes(name) ? name : "training";
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
    mounted.delete(view); // to be asked for again when the server is back
    say(SILENT, true);
    return;
  }
  for (const [other, promise] of mounted) {
    if (other !== view) {
      promise.then(it => it.hidden?.());
    }
  }
  handle.shown?.(argument);
}

/** Adds lines to those known; of very many, every second one is kept. */
function remember({ run, file, news }) {
  const key = `${run}/${file}`;
  const known = news.restart ? {} : app.lines.get(key) ?? {};
  const [before, more] = [known.step?.length ?? 0, news.columns.step?.length ?? 0];
  for (const name of new Set([...Object.keys(known), ...Object.keys(news.columns)])) {
    // a column may come late, or be missing for a while
    known[name] = [...(known[name] ?? Array(before).fill(null)), ...(news.columns[name] ?? Array(more).fill(null))];
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
  events.addEventListener("error", () => (connection.textContent = "not connected – is mmcr explore running?"));
  events.addEventListener("state", event => {
    app.state = JSON.parse(event.data);
    app.tell("state", app.state);
  });
  events.addEventListener("lines", event => {
    remember(JSON.parse(event.data));
    app.tell("lines");
  });
}

async function refreshRuns() {
  try {
    app.runs = await json("api/runs");
    app.tell("runs", app.runs);
  } catch {
    // the connection's own line reports it
  }
  const busy = app.runs.some(run => run.status === "running");
  setTimeout(refreshRuns, busy ? 5000 : 30000);
}

if (location.search) {
  // The token is in a cookie now. Loading again takes it out of the history, and makes this page one that came from its
  // own site: a browser that was sent here by a local file would not send the cookie when the page is reloaded.
  location.replace(location.pathname + location.hash);
} else {
  addEventListener("hashchange", show);
  connect();
  refreshRuns();
  show();
}

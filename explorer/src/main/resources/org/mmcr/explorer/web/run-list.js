// The runs above their curves: what each is, and which of them are shown. The page's address keeps the choice.

import { h, many } from "./dom.js";
import { line } from "./colours.js";

/** An address with this argument shows no run; names are never empty. */
const NONE = ",";

/** "3 min", "1 h 20 min". */
function duration(seconds) {
  const minutes = Math.round(seconds / 60);
  return seconds < 90 ? `${Math.round(seconds)} s` : minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Returns the time that is left, from the fraction of the training that is done. */
function remaining(columns) {
  const last = (columns?.progress?.length ?? 0) - 1;
  const [progress, seconds] = [columns?.progress?.[last], columns?.elapsed?.[last]];
  return progress > 0 && progress < 1 && seconds > 0 ? `${Math.round(100 * progress)} % done, about ${duration(seconds * (1 - progress) / progress)} left` : "";
}

const facts = (run, metrics) => [
  run.objective?.type ?? "",
  run.pictures ? many(run.pictures, "picture") : "",
  `${run.samples} × ${run.views} views, ${run.dimension} dimensions`,
  run.minutes ? `${run.minutes.toFixed(1)} min` : "",
  `seed ${run.seed}`,
  ...Object.entries(run.accuracies ?? {}).map(([title, top1]) => `${title} ${(100 * top1).toFixed(1)} %`),
  run.status === "running" ? remaining(metrics) : "",
].filter(part => part).join(" · ");

/** Returns the names of runs; of several with one name, the later ones have a number. */
const namesOf = runs => runs.map(({ name }, i) => {
  const before = runs.slice(0, i).filter(other => other.name === name).length;
  return before ? `${name} (${before + 1})` : name;
});

/** Returns a part of an address as text; one that was cut or typed wrongly as it is. */
function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** A row for each run; with several, each has a checkbox, and `changed` is called after a choice. */
export class RunList {
  constructor(app, changed) {
    this.app = app;
    this.changed = changed;
    /** Names of the runs shown; undefined shows all. */
    this.chosen = undefined;
    this.names = [];
    this.rows = [];
    this.list = h("ul", { className: "runs" });
    const all = h("button", { className: "slight", onclick: () => this.choose(undefined) }, "All");
    const none = h("button", { className: "slight", onclick: () => this.choose([]) }, "None");
    this.status = h("span", { className: "quiet", role: "status" });
    this.choice = h("div", { className: "row", role: "group", "aria-label": "Runs shown", hidden: true }, "Show", all, none, this.status);
    this.element = h("div", {}, this.choice, this.list);
  }

  /** Whether the curves of the run at an index are shown. */
  shows(i) {
    return this.chosen?.includes(this.names[i]) ?? true;
  }

  /** Takes the choice of an address; one without a choice keeps the present one. */
  fromAddress(argument) {
    if (argument) {
      this.chosen = argument === NONE ? [] : argument.split(",").map(decoded);
    }
    this.update();
    this.toAddress();
  }

  toAddress() {
    const argument = this.chosen?.map(encodeURIComponent).join(",");
    if (argument !== undefined || location.hash) {
      history.replaceState(null, "", argument === undefined ? "#training" : `#training/${argument || NONE}`);
    }
  }

  choose(names) {
    this.chosen = names?.length === this.names.length ? undefined : names;
    this.toAddress();
    this.update();
    this.changed();
  }

  toggle(i) {
    this.choose(this.names.filter((_, other) => this.shows(other) !== (other === i)));
  }

  row(name, i) {
    const { colour, style } = line(i);
    const dot = h("span", { className: "line-mark" });
    dot.style.borderTop = `3px ${style} var(${colour})`;
    const box = h("input", { type: "checkbox", onchange: () => this.toggle(i) });
    const named = [dot, h("strong", {}, name)];
    const several = this.names.length > 1;
    const [badge, text] = [h("span"), h("span", { className: "quiet" })];
    const only = h("button", { className: "slight only", "aria-label": `Only ${name}`, onclick: () => this.choose([name]) }, "only");
    const element = h("li", {}, several ? h("label", {}, box, named) : named, " ", badge, text, several && only);
    return { element, box, badge, text };
  }

  /** Writes what has changed; rows stay, and the focus with them. */
  update() {
    const { runs, lines } = this.app;
    if (this.names.length !== runs.length) {
      this.names = namesOf(runs);
      this.rows = this.names.map((name, i) => this.row(name, i));
      this.list.replaceChildren(...this.rows.map(row => row.element));
      this.list.classList.toggle("many", runs.length > 8);
      if (this.chosen?.length && !this.chosen.some(name => this.names.includes(name))) {
        this.chosen = undefined; // an address of other runs
      }
    }
    for (const [i, { box, badge, text }] of this.rows.entries()) {
      box.checked = this.shows(i);
      badge.className = `badge ${runs[i].status}`;
      badge.textContent = runs[i].status;
      text.textContent = facts(runs[i], lines.get(`${i}/metrics`));
    }
    this.choice.hidden = runs.length < 2;
    const shown = `${runs.filter((_, i) => this.shows(i)).length} of ${runs.length} runs shown`;
    if (this.status.textContent !== shown) {
      this.status.textContent = shown; // otherwise a screen reader would repeat it
    }
  }
}

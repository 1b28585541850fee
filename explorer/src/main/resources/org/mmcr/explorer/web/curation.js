// The Curation view: the suggestions of mmcr curate one by one, each to be confirmed or dismissed.

import { h, json, latest, post, thumbnail, count, percent, attempt, isTyping, replace, sentence, showMessage } from "./dom.js";
import { Pager } from "./gallery.js";
import { whenReady } from "./shared.js";
import { zoomInto } from "./zoom.js";

const SHOWN = 24;
const KINDS = { duplicate: "near duplicates", label: "suspected label errors", outlier: "outliers", broken: "broken pictures" };
const QUESTIONS = {
  duplicate: "Are these copies of one picture?",
  label: "Is this label wrong?",
  outlier: "Does this picture not belong here?",
  broken: "Is this picture useless?",
};
const DECISIONS = { open: "to decide", confirm: "confirmed", dismiss: "dismissed", "": "all" };

export function mount(section, app) {
  let view;
  whenReady(section, "Curation", () => {
    view = new CurationView(section, app);
  });
  return { shown: () => view?.update() };
}

class CurationView {
  constructor(section, app) {
    this.app = app;
    this.section = section;
    this.items = [];
    this.at = 0;
    this.page = latest(path => json(path));
    this.build();
    app.on("state", () => this.update());
    addEventListener("keydown", event => this.key(event));
    this.update();
  }

  build() {
    const select = (id, label, options) => h("select", { id, "aria-label": label, onchange: () => this.reload() },
      options.map(([value, words]) => h("option", { value }, words)));
    this.kind = select("curation-kind", "Kind", [["", "all kinds"]]);
    this.decision = select("curation-decision", "Decision", Object.entries(DECISIONS));
    this.totals = h("p", { className: "quiet", role: "status" });
    this.asked = h("section", { className: "panel", "aria-label": "Suggestion" });
    const button = (text, key, action, className = "") =>
      h("button", { type: "button", className, onclick: action }, `${text} `, h("kbd", {}, key));
    this.buttons = {
      confirm: button("Confirm", "C", () => this.decide("confirm"), "primary"),
      dismiss: button("Dismiss", "D", () => this.decide("dismiss")),
      undo: button("Undo", "U", () => this.change("undo")),
      redo: button("Redo", "R", () => this.change("redo")),
    };
    this.pictures = h("div", { className: "pair" });
    this.question = h("h2", {}, "");
    this.facts = h("p", {});
    this.asked.append(this.question, this.pictures, this.facts, h("div", { className: "row" }, Object.values(this.buttons)));
    this.pager = new Pager(SHOWN, () => this.load());
    this.list = h("div", { className: "grid small", role: "group", "aria-label": "Suggestions" });
    this.save = h("a", { href: "api/export/curation.csv", download: "", className: "button" }, "curation.csv");
    this.section.append(h("div", { className: "view-head" }, h("h1", {}, "Curation"), this.kind, this.decision),
      this.totals, h("div", { className: "curation" }, this.asked,
        h("section", { className: "panel", "aria-label": "List" }, this.list, this.pager.element)),
      h("p", { className: "exports" }, this.save, h("span", { className: "quiet" },
        "without the dismissed flags, for --keep of pretrain, evaluate and embed; what is not decided keeps its flag")));
  }

  update() {
    const { curation } = this.app.state;
    const known = JSON.stringify(curation);
    if (!curation || known === this.known) {
      return;
    }
    this.known = known;
    if (curation.problem) {
      attempt(() => Promise.reject(new Error(curation.problem)), this.section);
      this.asked.hidden = true;
      return;
    }
    const before = this.kind.value;
    this.kind.replaceChildren(h("option", { value: "" }, "all kinds"), ...curation.counts.map(one =>
      h("option", { value: one.flag }, KINDS[one.flag] ?? one.flag)));
    this.kind.value = curation.counts.some(one => one.flag === before) ? before : "";
    this.totals.textContent = curation.counts.length === 0 ? "This curation has no suggestions." : curation.counts.map(one =>
      `${sentence(KINDS[one.flag] ?? one.flag).replace(/\.$/, "")}: ${count(one.open)} to decide, ${count(one.confirmed)} confirmed, `
      + `${count(one.dismissed)} dismissed`).join(" · ");
    this.buttons.undo.disabled = !curation.undo;
    this.buttons.undo.title = curation.undo;
    this.buttons.redo.disabled = !curation.redo;
    this.buttons.redo.title = curation.redo;
    if (!this.deciding) {
      this.load();
    }
  }

  reload() {
    this.pager.offset = 0;
    this.at = 0;
    return this.load();
  }

  async load() {
    const found = await attempt(() =>
      this.page(`api/curation?flag=${this.kind.value}&decision=${this.decision.value}&${this.pager.query}`), this.section);
    if (!found) {
      this.known = undefined; // so that the next update asks again
      return;
    }
    if (found.items.length === 0 && this.pager.offset > 0) {
      this.reload();
      return;
    }
    const wanted = this.wanted;
    this.wanted = undefined;
    this.items = found.items;
    const back = wanted ? this.items.findIndex(one => one.path === wanted.path && one.flag === wanted.flag) : -1;
    this.at = back >= 0 ? back : Math.min(this.at, Math.max(0, this.items.length - 1));
    this.pager.show(found.total, found.items.length);
    this.show();
  }

  show() {
    const one = this.items[this.at];
    replace(this.list, ...this.items.map((item, i) => h("button", { type: "button", className: "card",
      "aria-pressed": String(i === this.at), "aria-label": `${item.flag}, ${item.path}`, title: item.path, onclick: () => {
        this.at = i;
        this.show();
      } }, this.image(item.picture), h("span", {}, `${item.flag} ${item.score.toFixed(2)}`))));
    for (const action of ["confirm", "dismiss"]) {
      this.buttons[action].disabled = !one;
      this.buttons[action].setAttribute("aria-pressed", String(one?.decision === action));
    }
    if (!one) {
      this.question.textContent = "Nothing here to decide";
      this.pictures.replaceChildren();
      this.facts.textContent = "";
      return;
    }
    this.question.textContent = QUESTIONS[one.flag] ?? one.flag;
    this.pictures.replaceChildren(this.figure(one.picture, one.path, one.label),
      ...(one.flag === "duplicate" && one.other_path ? [this.figure(one.other, one.other_path, one.other_label)] : []));
    this.facts.replaceChildren(...this.describe(one));
  }

  describe(one) {
    const decided = one.decision === "open" ? "" : ` ${sentence(DECISIONS[one.decision])}`;
    if (one.flag === "label") {
      return ["Labelled ", h("strong", {}, one.label), ", more probably ", h("strong", {}, one.suggested),
        ` (score ${one.score.toFixed(2)}).${decided}`];
    }
    const texts = { duplicate: `Likeness ${percent(one.score)}.`, outlier: `Unlike all others: ${one.score.toFixed(2)}.`,
      broken: "It cannot be read, or is of one colour." };
    return [`${texts[one.flag] ?? one.flag}${decided}`];
  }

  image(picture) {
    return picture < 0 ? h("span", { className: "no-picture" }, "no picture") : thumbnail(picture, "", { loading: "eager" });
  }

  figure(picture, path, label) {
    const image = picture < 0 ? h("span", { className: "no-picture" }, "cannot be shown: not among these pictures")
      : h("button", { type: "button", "aria-label": `Enlarge ${path}`, onclick: () => zoomInto(picture, path) },
        h("img", { src: `api/picture/${picture}?size=large`, alt: path }));
    return h("figure", {}, image, h("figcaption", {}, h("strong", {}, path), label ? ` · ${label}` : ""));
  }

  async decide(action) {
    const one = this.items[this.at];
    if (one && !this.deciding) {
      await this.send({ action, items: [{ path: one.path, flag: one.flag }] }, () => {
        if (this.decision.value !== "" && this.decision.value !== action) {
          return; // it leaves the list, and the next one takes its place
        }
        this.at++;
        if (this.at === this.items.length && !this.pager.after.disabled) {
          this.pager.offset += SHOWN;
          this.turnedTo = this.pager.offset;
          this.at = 0;
        }
      });
    }
  }

  async change(action) {
    const text = this.app.state.curation[action];
    if (text && !this.deciding) {
      this.wanted = this.lastItem(text);
      if (action === "undo" && this.turnedTo === this.pager.offset && this.at === 0) {
        this.pager.offset -= SHOWN; // the last decision was on the page before
      }
      this.turnedTo = undefined;
      await this.send({ action }, () => showMessage(`${action === "undo" ? "Undone" : "Done again"}: ${text}.`));
    }
  }

  /** Returns the suggestion of an action's description, so that undo shows it again. */
  lastItem(text) {
    const parts = /^(\w+) of (.*) (confirmed|dismissed)$/.exec(text);
    return parts ? { flag: parts[1], path: parts[2] } : undefined;
  }

  async send(document, then) {
    this.deciding = true;
    const done = await attempt(() => post("api/curation", document), this.asked);
    if (done) { // the event that tells all pages comes a little later
      this.app.state = { ...this.app.state, curation: { ...this.app.state.curation, ...done } };
      this.update();
    }
    this.deciding = false;
    if (done) {
      then();
      await this.load();
    }
  }

  key(event) {
    if (this.section.hidden || isTyping(event) || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const move = step => {
      this.at = Math.max(0, Math.min(this.items.length - 1, this.at + step));
      this.show();
    };
    const commands = { c: () => this.decide("confirm"), d: () => this.decide("dismiss"), u: () => this.change("undo"),
      r: () => this.change("redo"), ArrowLeft: () => move(-1), ArrowRight: () => move(1) };
    if (commands[event.key]) {
      event.preventDefault();
      if (event.repeat && !event.key.startsWith("Arrow")) {
        return; // a key that is held down decides once
      }
      commands[event.key]();
    }
  }
}

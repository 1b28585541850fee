// Label: the page asks, a person answers, a classifier follows.

import { h, json, thumbnail, many, count, percent, attempt, post, say } from "./dom.js";
import { LineChart } from "./charts.js";
import { colour, themed } from "./colours.js";
import { whenReady } from "./shared.js";

const ASKED_AT_ONCE = 12;
const REASONS = {
  TYPICAL: "stands for a group of pictures without a label",
  UNSURE: "the classifier hesitates here",
  RANDOM: "drawn at random, to measure accuracy",
};

export function mount(section, app) {
  whenReady(section, "Label", () => new LabelView(section, app));
  return {};
}

class LabelView {
  constructor(section, app) {
    this.section = section;
    this.app = app;
    this.queue = [];
    this.skipped = new Set();
    this.chosen = new Set();
    this.order = "sure";
    this.build();
    app.on("state", () => this.follow());
    this.follow();
    this.refill();
    addEventListener("keydown", event => this.key(event));
  }

  build() {
    this.picture = h("div", { className: "asked" });
    this.reason = h("p", { className: "reason" });
    this.answers = h("div", { className: "answers", role: "group", "aria-label": "Labels" });
    this.name = h("input", { id: "new-label", autocomplete: "off", maxLength: 80, list: "label-names",
      placeholder: "a name of your own", required: true });
    this.names = h("datalist", { id: "label-names" });
    const form = h("form", { className: "row", onsubmit: event => {
      event.preventDefault();
      this.answer(this.name.value.trim());
      this.name.value = "";
    } }, h("label", { for: "new-label" }, "New label "), this.name, h("button", {}, "Add"), this.names);
    this.skipButton = h("button", { type: "button", onclick: () => this.skip() }, "Skip ", h("kbd", {}, "S"));
    this.undoButton = h("button", { type: "button", onclick: () => this.act({ action: "undo" }) }, "Undo ", h("kbd", {}, "U"));
    this.strip = h("div", { className: "strip", role: "group", "aria-label": "Asked about next" });
    this.list = h("ul", { className: "labels" });
    this.accuracy = h("div", { className: "accuracy" });
    this.chart = new LineChart("Held-out accuracy", "with its 95 % interval", value => `${Math.round(100 * value)} %`);
    this.predicted = h("div", { className: "grid small", role: "group", "aria-label": "Predictions" });
    this.kind = h("select", { id: "kind", onchange: () => this.showPredictions() });
    this.doubt = h("select", { id: "doubt", onchange: () => this.showPredictions() },
      h("option", { value: "sure" }, "surest first"), h("option", { value: "unsure" }, "least sure first"));
    this.correct = h("div", { className: "row correct" });
    this.predictions = h("section", { className: "panel wide", "aria-label": "Predictions" },
      h("div", { className: "view-head" }, h("h2", {}, "Predictions"),
        h("label", {}, "Label ", this.kind), h("label", {}, "Order ", this.doubt)),
      this.correct, this.predicted);
    this.exports = h("p", { className: "exports" });
    this.dialog = h("dialog", { "aria-label": "Rename or merge" });
    this.section.append(h("h1", {}, "Label"),
      h("div", { className: "label-grid" },
        h("section", { className: "panel question", "aria-label": "Question" },
          h("h2", {}, "What is this?"), this.picture, this.reason, this.answers, form,
          h("div", { className: "row" }, this.skipButton, this.undoButton), this.strip),
        h("section", { className: "panel", "aria-label": "Your labels" }, h("h2", {}, "Your labels"), this.list, this.exports),
        h("section", { className: "panel", "aria-label": "Accuracy" }, h("h2", {}, "Accuracy"), this.accuracy, this.chart.element),
        this.predictions),
      this.dialog);
  }

  /** Asks the server for pictures until there are enough to go on with. */
  async refill() {
    if (this.asking) {
      return;
    }
    this.asking = true;
    const found = await attempt(() => json(`/api/suggestions?n=${ASKED_AT_ONCE + this.skipped.size}`));
    this.asking = false;
    const waiting = new Set(this.queue.map(one => one.picture));
    // The best questions now, and not those of a classifier that knew less; the one on screen stays.
    const fresh = (found ?? []).filter(one => !this.skipped.has(one.picture) && one.picture !== this.queue[0]?.picture);
    this.queue = waiting.size > 0 ? [this.queue[0], ...fresh] : fresh;
    this.queue = this.queue.slice(0, ASKED_AT_ONCE);
    this.ask();
  }

  ask() {
    const [asked, ...rest] = this.queue;
    if (!asked) {
      this.picture.replaceChildren(h("p", { className: "empty" }, this.asking ? "Choosing pictures …" : "Every picture has a label."));
      this.reason.textContent = "";
      this.strip.replaceChildren();
      return;
    }
    this.picture.replaceChildren(h("img", { src: `/api/picture/${asked.picture}?size=large`, alt: `Picture ${asked.picture}, to be labelled` }));
    this.reason.textContent = REASONS[asked.reason];
    this.strip.replaceChildren(...rest.map(one => h("button", { type: "button", "aria-label": `Ask about picture ${one.picture} now`,
      onclick: () => {
        this.queue = [one, ...this.queue.filter(other => other !== one)];
        this.ask();
      } }, thumbnail(one.picture, ""))));
    this.guess(asked);
  }

  async guess(asked) {
    if (!this.app.state.head) {
      return;
    }
    const about = await json(`/api/picture/${asked.picture}/about`).catch(() => undefined);
    if (about?.prediction && this.queue[0] === asked) {
      this.reason.textContent = `${REASONS[asked.reason]} · looks like ${about.prediction} (${percent(about.confidence)})`;
    }
  }

  async answer(label) {
    const asked = this.queue[0];
    if (!asked || !label) {
      return;
    }
    const kept = await this.act({ action: "assign", pictures: [asked.picture], label, random: asked.reason === "RANDOM" });
    if (kept) {
      this.expected = kept.labelled;
      this.queue = this.queue.filter(one => one !== asked);
      this.ask();
      if (this.queue.length < ASKED_AT_ONCE / 2) {
        this.refill();
      }
    }
  }

  skip() {
    const [asked] = this.queue;
    if (asked) {
      this.skipped.add(asked.picture);
      this.queue = this.queue.slice(1);
      this.ask();
      if (this.queue.length < ASKED_AT_ONCE / 2) {
        this.refill();
      }
    }
  }

  async act(action) {
    return attempt(() => post("/api/labels", action));
  }

  key(event) {
    const typing = event.target.closest("input, select, textarea, dialog");
    if (this.section.hidden || typing || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const names = this.app.state.labels.names;
    if (/^[1-9]$/.test(event.key) && names[Number(event.key) - 1]) {
      this.answer(names[Number(event.key) - 1]);
    } else if (event.key === "s") {
      this.skip();
    } else if (event.key === "u") {
      this.act({ action: "undo" });
    }
  }

  follow() {
    const { labels, head, history } = this.app.state;
    const key = JSON.stringify([labels, head?.labels, history]);
    if (key === this.known) {
      return;
    }
    this.known = key;
    if (labels.labelled !== this.labelled) {
      this.labelled = labels.labelled;
      // Labels may have been given or taken away elsewhere: on the map, by an undo, in another window.
      if (this.queue.length === 0 || labels.labelled !== this.expected) {
        this.refill();
      }
    }
    this.names.replaceChildren(...labels.names.map(name => h("option", { value: name })));
    this.undoButton.disabled = !labels.undo;
    this.undoButton.title = labels.undo ? `Takes back: ${labels.undo}` : "";
    this.showAnswers(labels);
    this.showLabels(labels);
    this.showAccuracy(labels, history);
    this.showExports(labels, head);
    if (head && this.shown !== `${head.labels}/${labels.names}`) {
      this.shown = `${head.labels}/${labels.names}`;
      this.showPredictions();
      if (this.queue.length > 0) {
        this.guess(this.queue[0]);
      }
    }
    this.predictions.hidden = !head;
  }

  showAnswers(labels) {
    this.answers.replaceChildren(...labels.names.map((name, i) => h("button", { type: "button", onclick: () => this.answer(name) },
      name, i < 9 && h("kbd", {}, String(i + 1)))));
  }

  showLabels(labels) {
    if (labels.names.length === 0) {
      this.list.replaceChildren(h("li", { className: "empty" },
        "None yet. Name the picture on the left; from the second label on, a classifier follows."));
      return;
    }
    this.list.replaceChildren(...labels.names.map((name, i) => {
      const dot = h("span", { className: "dot" });
      dot.style.background = colour(i);
      return h("li", {}, dot, h("span", { className: "grow" }, name), h("span", { className: "quiet" }, count(labels.counts[i])),
        h("button", { type: "button", className: "slight", "aria-label": `Rename or merge ${name}`, onclick: () => this.rename(name) }, "Edit"));
    }));
  }

  rename(from) {
    const { names } = this.app.state.labels;
    const input = h("input", { id: "rename", value: from, maxLength: 80, autocomplete: "off", list: "label-names", required: true });
    const done = h("button", { className: "primary" }, "Rename");
    input.addEventListener("input", () => {
      const other = input.value.trim();
      done.textContent = other !== from && names.includes(other) ? `Merge into ${other}` : "Rename";
    });
    this.dialog.replaceChildren(h("form", { method: "dialog", onsubmit: () => {
      const into = input.value.trim();
      if (into !== from) {
        this.act({ action: names.includes(into) ? "merge" : "rename", label: from, into });
      }
    } }, h("h2", {}, `Rename ${from}`), h("label", { for: "rename" }, "New name; that of another label merges the two"), input,
    h("div", { className: "row" }, done, h("button", { type: "button", onclick: () => this.dialog.close() }, "Cancel"))));
    this.dialog.showModal();
    input.select();
  }

  showAccuracy(labels, history) {
    const last = history[history.length - 1];
    if (!last) {
      const missing = 8 - labels.random;
      this.accuracy.replaceChildren(h("p", { className: "quiet" }, labels.names.length < 2
        ? "Is measured from the second label on."
        : `Is measured on pictures drawn at random, which the page mixes in: ${missing > 0 ? `${many(missing, "more answer")} needed.` : "measuring …"}`));
    } else {
      this.accuracy.replaceChildren(
        h("p", { className: "figure" }, percent(last.value)),
        h("p", { className: "quiet" }, `between ${percent(last.low)} and ${percent(last.high)} (95 %), on ${many(last.n, "picture")} drawn at random, `
          + "each predicted without its own label"));
    }
    this.chart.element.hidden = history.length < 2;
    if (history.length >= 2) {
      this.chart.show(
        [{ label: "high", colour: "transparent", band: colour(0) }, { label: "low", colour: "transparent" },
          { label: "accuracy", colour: themed("--accent"), points: true }],
        [history.map(p => p.labels), history.map(p => p.high), history.map(p => p.low), history.map(p => p.value)],
        "labels");
    }
  }

  showExports(labels, head) {
    const link = (href, text) => h("a", { href, download: "", className: "button" }, text);
    this.exports.replaceChildren(...[
      labels.labelled > 0 && link("/api/export/labels.csv", "labels.csv"),
      head && link("/api/export/predictions.csv", "predictions.csv"),
      head && link("/api/export/classifier.onnx", "classifier.onnx"),
    ].filter(part => part));
    if (labels.labelled > 0) {
      this.exports.prepend(h("span", { className: "quiet" }, `${many(labels.labelled, "picture")} labelled. Take away: `));
    }
  }

  async showPredictions() {
    const { head } = this.app.state;
    if (!head) {
      return;
    }
    const before = this.kind.value;
    this.kind.replaceChildren(h("option", { value: "" }, "all"), ...head.classes.map(name => h("option", { value: name }, name)));
    this.kind.value = head.classes.includes(before) ? before : "";
    const found = await attempt(() =>
      json(`/api/predictions?n=48&order=${this.doubt.value}&class=${encodeURIComponent(this.kind.value)}`));
    this.chosen.clear();
    this.predicted.replaceChildren(...(found ?? []).map(one => {
      const card = h("button", { type: "button", className: "card", "aria-pressed": "false",
        "aria-label": `${one.prediction}, ${percent(one.confidence)}`, onclick: () => {
          const on = !this.chosen.delete(one.picture);
          if (on) {
            this.chosen.add(one.picture);
          }
          card.setAttribute("aria-pressed", on);
          this.showCorrection();
        } }, thumbnail(one.picture, ""), h("span", {}, `${this.kind.value ? "" : `${one.prediction} `}${percent(one.confidence)}`));
      return card;
    }));
    this.showCorrection();
  }

  showCorrection() {
    const n = this.chosen.size;
    if (n === 0) {
      this.correct.replaceChildren(h("p", { className: "quiet" }, "Choose pictures here to confirm or correct several at once."));
      return;
    }
    this.correct.replaceChildren(h("span", {}, `${many(n, "picture")} chosen: `),
      ...this.app.state.labels.names.map(label => h("button", { type: "button", onclick: async () => {
        const pictures = [...this.chosen];
        if (await this.act({ action: "assign", pictures, label, random: false })) {
          say(`${many(pictures.length, "picture")} labelled ${label}.`);
        }
      } }, label)));
  }
}

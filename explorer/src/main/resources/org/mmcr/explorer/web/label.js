// The Label view: a picture to label, the labels so far, the classifier's accuracy and predictions.

import { h, many, percent, attempt, isTyping } from "./dom.js";
import { LineChart } from "./charts.js";
import { colour } from "./colours.js";
import { whenReady } from "./shared.js";
import { Question } from "./question.js";
import { LabelList } from "./label-list.js";
import { Predictions } from "./predictions.js";

/** Number of random pictures below which only the interval is shown. */
const FEWEST_FOR_A_POINT = 30;

export function mount(section, app) {
  let view;
  whenReady(section, "Label", () => {
    view = new LabelView(section, app);
  });
  return { shown: () => view?.predictions.retry() };
}

class LabelView {
  constructor(section, app) {
    this.section = section;
    this.app = app;
    // What the server has can be undone and redone only by it; everything else waits while it cannot be reached.
    const act = async (action, place = section) => {
      const labels = await attempt(() =>
        (["undo", "redo"].includes(action.action) ? app.outbox.sendNow(action) : app.outbox.send(action)), place);
      if (labels) {
        this.predictions.acted(action, !labels.waiting);
      }
      return labels;
    };
    this.question = new Question(app, act);
    this.list = new LabelList(app, act);
    this.predictions = new Predictions(app, act);
    this.list.onshow = name => this.predictions.showLabelled(name);
    this.build();
    app.on("state", () => this.update());
    app.on("waiting", () => this.predictions.showActions());
    app.on("sent", action => this.predictions.acted(action, true));
    this.update();
    this.question.refill();
    addEventListener("keydown", event => this.key(event));
  }

  build() {
    this.accuracy = h("div", { className: "accuracy" });
    this.chart = new LineChart("Held-out accuracy", "with its 95 % interval", value => `${Math.round(100 * value)} %`);
    this.section.append(h("h1", {}, "Label"),
      h("div", { className: "label-grid" },
        this.question.element,
        this.list.element,
        h("section", { className: "panel", "aria-label": "Accuracy" }, h("h2", {}, "Accuracy"), this.accuracy, this.chart.element),
        this.predictions.element));
  }

  key(event) {
    if (!this.section.hidden && !isTyping(event) && !event.repeat && !event.ctrlKey && !event.metaKey && !event.altKey) {
      if (this.question.key(event.key)) {
        event.preventDefault();
      }
    }
  }

  update() {
    if (this.app.state.progress.stage === "READY") {
      this.question.retry();
    }
    const { labels, head, history } = this.app.state;
    const key = JSON.stringify([labels, head, history]);
    if (key !== this.known) {
      this.known = key;
      this.question.update(labels, head);
      this.list.show(labels, head);
      this.showAccuracy(labels, history);
      this.predictions.update(labels, head);
    }
    this.predictions.retry();
  }

  showAccuracy(labels, history) {
    const known = labels.names.length >= 2 && labels.missing === 0; // labels may have been deleted since
    const last = known ? history[history.length - 1] : undefined;
    const { value, low, high, n } = last ?? {};
    this.accuracy.replaceChildren(...(last ? [
      n < FEWEST_FOR_A_POINT
        ? h("p", {}, `Between ${percent(low)} and ${percent(high)}`)
        : h("p", { className: "figure" }, percent(value)),
      h("p", { className: "quiet" }, (n < FEWEST_FOR_A_POINT ? "" : `between ${percent(low)} and ${percent(high)}: `)
        + `95 % interval, from ${many(n, "random picture")}, each predicted without its own label`),
    ] : [h("p", { className: "quiet" }, this.missingAccuracy(labels))]));
    this.chart.element.hidden = history.length < 2;
    if (history.length >= 2) {
      this.chart.show(
        [{ label: "high", colour: "transparent", band: colour(0) }, { label: "low", colour: "transparent" },
          { label: "accuracy", colour: "--accent", points: true }],
        [history.map(p => p.labels), history.map(p => p.high), history.map(p => p.low), history.map(p => p.value)],
        "labels");
    }
  }

  /** Returns the reason why there is no accuracy yet. */
  missingAccuracy(labels) {
    if (labels.names.length < 2) {
      return "Measured once there are two labels.";
    }
    return "Measured on the random pictures among the suggestions: "
      + (labels.missing > 0 ? `label ${many(labels.missing, "more picture")}.` : "measuring …");
  }
}

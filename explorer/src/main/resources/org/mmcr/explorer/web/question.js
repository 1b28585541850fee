// The question of the Label view: the current picture, the labels to choose from, and the next pictures.

import { h, json, thumbnail, percent, attempt, showMessage } from "./dom.js";

const QUEUE_LENGTH = 12;
const REASONS = {
  TYPICAL: "typical of a group without labels",
  UNSURE: "the classifier is unsure",
  RANDOM: "drawn at random, to measure accuracy",
};

export class Question {
  /** `act` sends an action on labels and resolves to their new summary, or to undefined if it failed. */
  constructor(app, act) {
    this.app = app;
    this.act = act;
    this.queue = [];
    this.skipped = new Set();
    /** Answers and skips of this page, oldest first: {suggestion, undo}; a skip has no `undo`. */
    this.past = [];
    this.build();
  }

  build() {
    this.picture = h("div", { className: "question-picture" });
    this.reason = h("p", { className: "reason" });
    this.answers = h("div", { className: "answers", role: "group", "aria-label": "Labels" });
    this.names = h("datalist", { id: "label-names" });
    const name = h("input", { id: "new-label", autocomplete: "off", maxLength: 80, list: "label-names",
      placeholder: "name", required: true });
    const form = h("form", { className: "row", onsubmit: event => {
      event.preventDefault();
      this.answer(name.value.trim());
      name.value = "";
      name.blur(); // so that keys are commands again
    }, onkeydown: event => event.key === "Escape" && name.blur() }, h("label", { for: "new-label" }, "New label "), name, h("button", {}, "Add"), this.names);
    this.undoButton = h("button", { type: "button", onclick: () => this.undo() }, "Undo ", h("kbd", {}, "U"));
    this.strip = h("div", { className: "strip", role: "group", "aria-label": "Next pictures" });
    this.element = h("section", { className: "panel question", "aria-label": "Question" },
      h("h2", {}, "What is this?"), this.picture, this.reason, this.answers, form,
      h("div", { className: "row" },
        h("button", { type: "button", onclick: () => this.skip() }, "Skip ", h("kbd", {}, "S")), this.undoButton),
      this.strip);
  }

  /** Shows changed labels and a changed classifier. */
  update(labels, head) {
    this.names.replaceChildren(...labels.names.map(name => h("option", { value: name })));
    this.answers.replaceChildren(...labels.names.map((name, i) =>
      h("button", { type: "button", onclick: () => this.answer(name) }, name, i < 9 && h("kbd", {}, String(i + 1)))));
    this.showUndo();
    if (labels.labelled !== this.labelled) {
      this.labelled = labels.labelled;
      // Labels may have changed elsewhere: on the map or in another window.
      if (this.queue.length === 0 || labels.labelled !== this.expected) {
        this.refill();
      }
    }
    if (head && head.labels !== this.predictedBy && this.queue.length > 0) {
      this.showPrediction(this.queue[0]);
    }
    this.predictedBy = head?.labels;
  }

  /** Requests new suggestions; the picture on screen stays. */
  async refill() {
    if (this.loading) {
      return;
    }
    this.loading = true;
    const found = await attempt(() => json(`api/suggestions?n=${QUEUE_LENGTH + this.skipped.size}`));
    this.loading = false;
    if (!found) {
      return;
    }
    const shown = this.queue.slice(0, 1);
    const fresh = found.filter(one => !this.skipped.has(one.picture) && one.picture !== shown[0]?.picture);
    this.queue = [...shown, ...fresh].slice(0, QUEUE_LENGTH);
    this.show();
  }

  show() {
    const [suggestion, ...rest] = this.queue;
    this.strip.replaceChildren(...rest.map(one => h("button", { type: "button", "aria-label": `Show picture ${one.picture} now`,
      onclick: () => {
        this.queue = [one, ...this.queue.filter(other => other !== one)];
        this.show();
      } }, thumbnail(one.picture, ""))));
    if (!suggestion) {
      this.picture.replaceChildren(h("p", { className: "empty" }, this.emptyText()));
      this.reason.textContent = "";
      return;
    }
    this.picture.replaceChildren(h("img", { src: `api/picture/${suggestion.picture}?size=large`, alt: `Picture ${suggestion.picture}, to be labelled` }));
    this.reason.textContent = REASONS[suggestion.reason];
    this.showPrediction(suggestion);
  }

  emptyText() {
    if (this.loading) {
      return "Choosing pictures …";
    }
    return this.skipped.size > 0 ? "Every picture has a label or was skipped." : "Every picture has a label.";
  }

  /** Shows the classifier's prediction for the picture. */
  async showPrediction(suggestion) {
    if (!this.app.state.head) {
      return;
    }
    const about = await json(`api/picture/${suggestion.picture}/about`).catch(() => undefined);
    if (about?.prediction && this.queue[0] === suggestion) {
      this.reason.textContent = `${REASONS[suggestion.reason]} · looks like ${about.prediction} (${percent(about.confidence)})`;
    }
  }

  async answer(label) {
    const suggestion = this.queue[0];
    if (!suggestion || !label) {
      return;
    }
    const state = await this.act({ action: "assign", pictures: [suggestion.picture], label, random: suggestion.reason === "RANDOM" });
    if (state) {
      this.expected = state.labelled;
      this.past.push({ suggestion, undo: state.undo });
      this.next(suggestion);
    }
  }

  skip() {
    const [suggestion] = this.queue;
    if (suggestion) {
      this.skipped.add(suggestion.picture);
      this.past.push({ suggestion });
      this.next(suggestion);
      this.showUndo();
    }
  }

  next(done) {
    this.queue = this.queue.filter(one => one !== done);
    this.show();
    if (this.queue.length < QUEUE_LENGTH / 2) {
      this.refill();
    }
  }

  /** Returns what undo reverts: the last answer or skip of this page, or a later action from elsewhere. */
  undoable() {
    const last = this.past[this.past.length - 1];
    const { undo } = this.app.state.labels;
    return last && (!last.undo || last.undo === undo) ? last : { undo };
  }

  showUndo() {
    const { suggestion, undo } = this.undoable();
    this.undoButton.disabled = !suggestion && !undo;
    this.undoButton.title = this.undoButton.disabled ? "" : `Reverts: ${undo || "skip"}`;
  }

  /** Reverts the last answer or skip and shows its picture again. */
  async undo() {
    const { suggestion, undo } = this.undoable();
    if (!suggestion && !undo) {
      return;
    }
    if (undo) {
      const state = await this.act({ action: "undo" });
      if (!state) {
        return;
      }
      this.expected = state.labelled;
    }
    if (suggestion) {
      this.past.pop();
      this.skipped.delete(suggestion.picture);
      this.queue = [suggestion, ...this.queue.filter(other => other.picture !== suggestion.picture)].slice(0, QUEUE_LENGTH);
      this.show();
    }
    this.showUndo();
    showMessage(`Undone: ${undo || "skip"}.`);
  }

  key(key) {
    const names = this.app.state.labels.names;
    if (/^[1-9]$/.test(key) && names[Number(key) - 1]) {
      this.answer(names[Number(key) - 1]);
    } else if (key === "s") {
      this.skip();
    } else if (key === "u") {
      this.undo();
    }
  }
}

// The question of the Label view: the current picture, the labels to choose from, and the next pictures.

import { h, json, thumbnail, percent, attempt, replace, showMessage } from "./dom.js";
import { markElement } from "./colours.js";
import { zoomInto } from "./zoom.js";

const QUEUE_LENGTH = 12;
/** Number of labels that have a key. */
const KEYS = 9;
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
    /** Answers and skips of this page, oldest first: {suggestion, undo}; `undo` is the server's change, which a skip has not. */
    this.past = [];
    /** Undone ones, oldest first. */
    this.future = [];
    /** Labels of the current picture by descending probability. */
    this.guesses = [];
    this.build();
  }

  build() {
    this.picture = h("button", { type: "button", className: "question-picture", "aria-label": "Enlarge the picture", onclick: () => this.zoom() });
    this.reason = h("p", { className: "reason" });
    this.answers = h("div", { className: "answers", role: "group", "aria-label": "Labels" });
    this.name = h("input", { id: "new-label", autocomplete: "off", maxLength: 80, placeholder: "filter, or a new name",
      oninput: () => this.showAnswers(), onkeydown: event => this.typed(event) });
    this.hint = h("p", { className: "quiet hint", "aria-live": "polite" });
    const button = (text, key, action) => h("button", { type: "button", onclick: action }, `${text} `, h("kbd", {}, key));
    this.undoButton = button("Undo", "U", () => this.undo());
    this.redoButton = button("Redo", "R", () => this.redo());
    this.history = h("p", { className: "quiet history", role: "status" });
    this.strip = h("div", { className: "strip", role: "group", "aria-label": "Next pictures" });
    this.element = h("section", { className: "panel question", "aria-label": "Question" },
      h("h2", {}, "What is this?"), this.picture, this.reason,
      h("div", { className: "row" }, h("label", { for: "new-label" }, "Label "), this.name,
        h("button", { type: "button", onclick: () => this.take(this.typedLabel()) }, "Give")),
      this.hint, this.answers,
      h("div", { className: "row" }, button("Skip", "S", () => this.skip()), this.undoButton, this.redoButton,
        button("Zoom", "Z", () => this.zoom())),
      this.history, this.strip);
  }

  /** Enter gives the label that the field stands for, with Shift a new one; Enter and Escape leave the field. */
  typed(event) {
    if (event.key === "Enter") {
      event.preventDefault();
      this.take(event.shiftKey ? this.name.value.trim() : this.typedLabel());
    } else if (event.key === "Escape") {
      this.leave();
    }
  }

  take(label) {
    if (this.busy) {
      return; // the text stays
    }
    if (label) {
      this.answer(label);
    }
    this.leave();
  }

  leave() {
    this.name.value = "";
    this.name.blur(); // so that keys are commands again
    this.showAnswers();
  }

  /** Returns the labels that match the text in the field, the most probable first if there are many. */
  matching() {
    const names = this.app.state.labels.names;
    const text = this.name.value.trim().toLowerCase();
    const rank = name => (name.toLowerCase().startsWith(text) ? 0 : 1);
    if (text) {
      return names.filter(name => name.toLowerCase().includes(text)).sort((a, b) => rank(a) - rank(b));
    }
    if (names.length <= KEYS) {
      return names; // in a fixed order, so that each key keeps its label
    }
    const guessed = this.guesses.filter(name => names.includes(name));
    return [...guessed, ...names.filter(name => !guessed.includes(name))];
  }

  /** Returns the label that Enter gives: the typed one if it exists, else the first match, else a new one. */
  typedLabel() {
    const text = this.name.value.trim();
    return this.app.state.labels.names.includes(text) || !text ? text : this.matching()[0] ?? text;
  }

  /** Returns the labels with keys: none while the guesses of many labels are on their way. */
  keyed() {
    const many = this.app.state.labels.names.length > KEYS;
    return this.name.value || (many && this.guesses.length === 0 && this.app.state.head) ? [] : this.matching().slice(0, KEYS);
  }

  showAnswers() {
    const { names } = this.app.state.labels;
    const text = this.name.value.trim();
    const keyed = this.keyed();
    replace(this.answers, ...this.matching().map(name => h("button", { type: "button", onclick: () => this.take(name) },
      markElement(names.indexOf(name)), name, keyed.includes(name) && h("kbd", {}, String(keyed.indexOf(name) + 1)))));
    const given = this.typedLabel();
    this.hint.textContent = !text ? ""
      : names.includes(given) ? `Enter: ${given}${given === text ? "" : ` · Shift + Enter: new label ${text}`}` : `Enter: new label ${text}`;
  }

  /** Shows changed labels and a changed classifier. */
  update(labels, head) {
    this.showAnswers();
    this.showHistory();
    if (labels.labelled !== this.labelled) {
      this.labelled = labels.labelled;
      // Labels may have changed elsewhere: on the map or in another window.
      if (this.queue.length === 0 || labels.labelled !== this.expected) {
        this.refill();
      }
    }
    const classifier = JSON.stringify(head);
    if (head && classifier !== this.predictedBy && this.queue.length > 0) {
      this.showPrediction(this.queue[0]);
    }
    this.predictedBy = classifier;
  }

  /** Asks again if the last request failed and nothing is shown. */
  retry() {
    if (this.failed && this.queue.length === 0) {
      this.refill();
    }
  }

  /** Requests new suggestions; the picture on screen stays. */
  async refill() {
    if (this.loading) {
      return;
    }
    this.loading = true;
    const found = await attempt(() => json(`api/suggestions?n=${QUEUE_LENGTH + this.skipped.size}`), this.element);
    this.loading = false;
    this.failed = !found;
    if (!found) {
      if (this.queue.length === 0) {
        this.show();
      }
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
      } }, thumbnail(one.picture, "", { loading: "eager" }))));
    this.guesses = [];
    this.showAnswers();
    this.picture.disabled = !suggestion;
    if (!suggestion) {
      this.picture.replaceChildren(h("span", { className: "empty" }, this.emptyText()));
      this.reason.textContent = "";
      return;
    }
    const image = h("img", { src: `api/picture/${suggestion.picture}?size=large`, alt: `Picture ${suggestion.picture}, to be labelled` });
    image.addEventListener("load", () => image.classList.toggle("small", Math.max(image.naturalWidth, image.naturalHeight) <= 128));
    this.picture.replaceChildren(image);
    this.reason.textContent = REASONS[suggestion.reason];
    this.showPrediction(suggestion);
  }

  emptyText() {
    if (this.loading) {
      return "Choosing pictures …";
    }
    if (this.failed) {
      return "No pictures could be fetched.";
    }
    return this.skipped.size > 0 ? "Every picture has a label or was skipped." : "Every picture has a label.";
  }

  /** Shows the classifier's prediction for the picture. */
  async showPrediction(suggestion) {
    if (!this.app.state.head) {
      return;
    }
    const found = await json(`api/picture/${suggestion.picture}/guesses`).catch(() => []);
    if (found.length > 0 && this.queue[0] === suggestion) {
      this.guesses = found.map(guess => guess.label);
      this.reason.textContent = `${REASONS[suggestion.reason]} · looks like ${found[0].label} (${percent(found[0].probability)})`;
      this.showAnswers();
    }
  }

  async answer(label, suggestion = this.queue[0], future = []) {
    if (!suggestion || !label || this.busy) {
      return;
    }
    this.busy = true; // the next key is for the next picture
    const state = await this.act({ action: "assign", pictures: [suggestion.picture], label, random: suggestion.reason === "RANDOM" }, this.element);
    this.busy = false;
    if (state) {
      this.expected = state.labelled ?? this.expected;
      this.past.push({ suggestion, undo: state.undo, waiting: state.waiting, label });
      this.future = future;
      this.next(suggestion);
      this.showHistory();
    }
  }

  skip(suggestion = this.queue[0], future = []) {
    if (suggestion && !this.busy) {
      this.skipped.add(suggestion.picture);
      this.past.push({ suggestion });
      this.future = future;
      this.next(suggestion);
      this.showHistory();
    }
  }

  next(done) {
    this.queue = this.queue.filter(one => one.picture !== done.picture);
    this.show();
    if (this.queue.length < QUEUE_LENGTH / 2) {
      this.refill();
    }
  }

  /** Returns what undo reverts: the last answer or skip of this page, or a later action from elsewhere. */
  undoable() {
    const last = this.past[this.past.length - 1];
    const { undo } = this.app.state.labels;
    if (last?.waiting && !this.app.outbox.waits(last.waiting)) {
      Object.assign(last, { waiting: false, undo: this.app.outbox.undos.get(last.waiting) ?? undo }); // sent in the meantime
    }
    return last && (!last.undo?.number || last.undo.number === undo.number) ? last : { undo };
  }

  /** Returns what redo does again: the last undone answer or skip of this page, or an action from elsewhere. */
  redoable() {
    const next = this.future[this.future.length - 1];
    const { redo } = this.app.state.labels;
    return next && (!next.undo?.number || next.undo.number === redo.number) ? next : { undo: redo };
  }

  showHistory() {
    const describe = ({ suggestion, undo, waiting, label }) => (waiting ? `1 × ${label}` : undo?.description || (suggestion && "skip") || "");
    const [undo, redo] = [describe(this.undoable()), describe(this.redoable())];
    this.undoButton.disabled = !undo;
    this.redoButton.disabled = !redo;
    this.history.textContent = [undo && `Last: ${undo}`, redo && `Undone: ${redo}`].filter(text => text).join(" · ");
    return [undo, redo];
  }

  /** Reverts the last answer or skip and shows its picture again. */
  async undo() {
    const [text] = this.showHistory();
    const entry = this.undoable();
    if (!text || this.busy) {
      return;
    }
    const done = entry.waiting ? this.app.outbox.takeBack(entry.waiting) : !entry.undo?.number || await this.change("undo");
    if (!done) {
      if (entry.waiting) {
        showMessage("The answer is being sent. Undo it when it has arrived.");
      }
      return;
    }
    if (entry.suggestion) {
      this.past.pop();
      this.future.push(entry);
      this.skipped.delete(entry.suggestion.picture);
      this.queue = [entry.suggestion, ...this.queue.filter(other => other.picture !== entry.suggestion.picture)].slice(0, QUEUE_LENGTH);
      this.show();
    }
    this.showHistory();
    showMessage(`Undone: ${text}.`);
  }

  /** Does again what was undone last. */
  async redo() {
    const [, text] = this.showHistory();
    const entry = this.redoable();
    if (!text || this.busy) {
      return;
    }
    const rest = this.future.slice(0, -1);
    if (entry.waiting) {
      await this.answer(entry.label, entry.suggestion, rest);
    } else if (!entry.undo?.number) {
      this.skip(entry.suggestion, rest);
    } else if (!await this.change("redo")) {
      return; // refused, which the page says
    } else if (entry.suggestion) {
      this.past.push(entry);
      this.future = rest;
      this.next(entry.suggestion);
    }
    this.showHistory();
    showMessage(`Done again: ${text}.`);
  }

  /** Asks the server to undo or redo; returns whether it did. */
  async change(action) {
    this.busy = true;
    const state = await this.act({ action }, this.element);
    this.busy = false;
    this.expected = state?.labelled ?? this.expected;
    return state !== undefined;
  }

  zoom() {
    const [suggestion] = this.queue;
    if (suggestion) {
      zoomInto(suggestion.picture, `Picture ${suggestion.picture}`);
    }
  }

  /** Runs the command of a key; returns whether it is one. */
  key(key) {
    const label = /^[1-9]$/.test(key) && this.keyed()[Number(key) - 1];
    const commands = { s: () => this.skip(), u: () => this.undo(), r: () => this.redo(), z: () => this.zoom(), "/": () => this.name.focus() };
    if (label) {
      this.answer(label);
    } else if (commands[key]) {
      commands[key]();
    } else {
      return false;
    }
    return true;
  }
}

// The question of the Label view: one picture, its possible labels, and the next pictures.

import { h, json, thumbnail, percent, attempt, say } from "./dom.js";

const ASKED_AT_ONCE = 12;
const REASONS = {
  TYPICAL: "typical of a group without labels",
  UNSURE: "the classifier is unsure",
  RANDOM: "drawn at random, to measure accuracy",
};

export class Question {
  /** `act` sends an action on labels and resolves to the labels after it, or to nothing if it failed. */
  constructor(app, act) {
    this.app = app;
    this.act = act;
    this.queue = [];
    this.skipped = new Set();
    /** Answers and skips of this page, oldest first: {asked, undo}, where a skip has no `undo`. */
    this.past = [];
    this.build();
  }

  build() {
    this.picture = h("div", { className: "asked" });
    this.reason = h("p", { className: "reason" });
    this.answers = h("div", { className: "answers", role: "group", "aria-label": "Labels" });
    this.names = h("datalist", { id: "label-names" });
    const name = h("input", { id: "new-label", autocomplete: "off", maxLength: 80, list: "label-names",
      placeholder: "name", required: true });
    const form = h("form", { className: "row", onsubmit: event => {
      event.preventDefault();
      this.answer(name.value.trim());
      name.value = "";
      name.blur(); // so that the keys label again
    }, onkeydown: event => event.key === "Escape" && name.blur() }, h("label", { for: "new-label" }, "New label "), name, h("button", {}, "Add"), this.names);
    this.undoButton = h("button", { type: "button", onclick: () => this.undo() }, "Undo ", h("kbd", {}, "U"));
    this.strip = h("div", { className: "strip", role: "group", "aria-label": "Asked about next" });
    this.element = h("section", { className: "panel question", "aria-label": "Question" },
      h("h2", {}, "What is this?"), this.picture, this.reason, this.answers, form,
      h("div", { className: "row" },
        h("button", { type: "button", onclick: () => this.skip() }, "Skip ", h("kbd", {}, "S")), this.undoButton),
      this.strip);
  }

  /** Labels or classifier have changed. */
  follow(labels, head) {
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
    if (head && head.labels !== this.guessedBy && this.queue.length > 0) {
      this.guess(this.queue[0]);
    }
    this.guessedBy = head?.labels;
  }

  /** Asks the server for the best questions now; the one on screen stays. */
  async refill() {
    if (this.asking) {
      return;
    }
    this.asking = true;
    const found = await attempt(() => json(`api/suggestions?n=${ASKED_AT_ONCE + this.skipped.size}`));
    this.asking = false;
    if (!found) {
      return;
    }
    const shown = this.queue.slice(0, 1);
    const fresh = found.filter(one => !this.skipped.has(one.picture) && one.picture !== shown[0]?.picture);
    this.queue = [...shown, ...fresh].slice(0, ASKED_AT_ONCE);
    this.ask();
  }

  ask() {
    const [asked, ...rest] = this.queue;
    this.strip.replaceChildren(...rest.map(one => h("button", { type: "button", "aria-label": `Ask about picture ${one.picture} now`,
      onclick: () => {
        this.queue = [one, ...this.queue.filter(other => other !== one)];
        this.ask();
      } }, thumbnail(one.picture, ""))));
    if (!asked) {
      this.picture.replaceChildren(h("p", { className: "empty" }, this.nothing()));
      this.reason.textContent = "";
      return;
    }
    this.picture.replaceChildren(h("img", { src: `api/picture/${asked.picture}?size=large`, alt: `Picture ${asked.picture}, to be labelled` }));
    this.reason.textContent = REASONS[asked.reason];
    this.guess(asked);
  }

  nothing() {
    if (this.asking) {
      return "Choosing pictures …";
    }
    return this.skipped.size > 0 ? "Every picture has a label or was skipped." : "Every picture has a label.";
  }

  /** Shows the classifier's prediction for the picture. */
  async guess(asked) {
    if (!this.app.state.head) {
      return;
    }
    const about = await json(`api/picture/${asked.picture}/about`).catch(() => undefined);
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
      this.past.push({ asked, undo: kept.undo });
      this.next(asked);
    }
  }

  skip() {
    const [asked] = this.queue;
    if (asked) {
      this.skipped.add(asked.picture);
      this.past.push({ asked });
      this.next(asked);
      this.showUndo();
    }
  }

  next(done) {
    this.queue = this.queue.filter(one => one !== done);
    this.ask();
    if (this.queue.length < ASKED_AT_ONCE / 2) {
      this.refill();
    }
  }

  /** What undo would revert; an answer counts only while no other action came after it. */
  undoable() {
    const last = this.past[this.past.length - 1];
    const { undo } = this.app.state.labels;
    return last && (!last.undo || last.undo === undo) ? last : { undo };
  }

  showUndo() {
    const { asked, undo } = this.undoable();
    this.undoButton.disabled = !asked && !undo;
    this.undoButton.title = this.undoButton.disabled ? "" : `Reverts: ${undo || "skip"}`;
  }

  /** Reverts the last answer or skip, and asks about its picture again. */
  async undo() {
    const { asked, undo } = this.undoable();
    if (!asked && !undo) {
      return;
    }
    if (undo) {
      const kept = await this.act({ action: "undo" });
      if (!kept) {
        return;
      }
      this.expected = kept.labelled;
    }
    if (asked) {
      this.past.pop();
      this.skipped.delete(asked.picture);
      this.queue = [asked, ...this.queue.filter(other => other.picture !== asked.picture)].slice(0, ASKED_AT_ONCE);
      this.ask();
    }
    this.showUndo();
    say(`Undone: ${undo || "skip"}.`);
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

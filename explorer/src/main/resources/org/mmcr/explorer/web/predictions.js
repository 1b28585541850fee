// Pictures by prediction or by label; several can be confirmed, corrected, or freed of their label at once.

import { h, json, latest, many, percent, attempt, replace, showMessage } from "./dom.js";
import { Gallery, Pager } from "./gallery.js";

const SHOWN = 48;
/** The choices of what is shown. */
const PREDICTED = "predicted";
const LABELLED = "labelled";

export class Predictions {
  constructor(app, act) {
    this.app = app;
    this.act = act;
    this.page = latest(path => json(path));
    /** Pictures that the server has got an action about since they were shown. */
    this.settled = new Set();
    this.what = h("select", { id: "what", onchange: () => this.reload() },
      h("option", { value: PREDICTED }, "predictions"), h("option", { value: LABELLED }, "your labels"));
    this.kind = h("select", { id: "kind", onchange: () => this.reload() });
    this.order = h("select", { id: "doubt", onchange: () => this.reload() },
      h("option", { value: "sure" }, "most certain first"), h("option", { value: "unsure" }, "least certain first"));
    this.ordering = h("label", {}, "Order ", this.order);
    this.gallery = new Gallery("Pictures", one => this.lines(one), () => this.showActions());
    this.pager = new Pager(SHOWN, () => this.load());
    this.actions = h("div", { className: "row" });
    this.element = h("section", { className: "panel wide", "aria-label": "Predictions" },
      h("div", { className: "view-head" }, h("h2", {}, "Pictures"), h("label", {}, "Show ", this.what),
        h("label", {}, "Label ", this.kind), this.ordering),
      this.actions, this.gallery.element, this.pager.element);
    this.gallery.element.classList.add("small");
  }

  update(labels, head) {
    this.element.hidden = labels.labelled === 0;
    this.what.options[0].disabled = !head;
    if (this.element.hidden) {
      this.gallery.show([]);
    }
    this.behind = this.gallery.chosen.size > 0 && (Boolean(head) || this.what.value === LABELLED);
    if (this.behind) {
      this.showActions();
      return; // what is selected stays in its place until it is used or unselected
    }
    if (!head) {
      this.what.value = LABELLED;
    } else if (!this.hadHead) {
      this.what.value = PREDICTED;
    }
    this.hadHead = Boolean(head);
    const predictions = this.what.value === PREDICTED ? JSON.stringify(head) : "";
    const key = JSON.stringify([this.what.value, predictions, labels.names, labels.counts]);
    if (!this.element.hidden && key !== this.known) {
      this.load();
    }
    this.known = key;
  }

  /** Shows the pictures that have a label. */
  showLabelled(name) {
    this.what.value = LABELLED;
    this.fillKinds();
    this.kind.value = name;
    this.reload();
    this.element.scrollIntoView({ block: "start" });
  }

  reload() {
    this.pager.offset = 0;
    return this.load();
  }

  fillKinds() {
    const { labels, head } = this.app.state;
    const names = this.what.value === PREDICTED ? head.classes : labels.names;
    const before = this.filled === this.what.value ? this.kind.value : "";
    this.filled = this.what.value;
    this.kind.replaceChildren(...(this.what.value === PREDICTED ? [h("option", { value: "" }, "all")] : []),
      ...names.map(name => h("option", { value: name }, name)));
    this.kind.value = names.includes(before) ? before : this.kind.options[0]?.value ?? "";
  }

  async load() {
    this.fillKinds();
    const predicted = this.what.value === PREDICTED;
    this.ordering.hidden = !predicted;
    const kind = encodeURIComponent(this.kind.value);
    const path = predicted ? `api/predictions?order=${this.order.value}&class=${kind}` : `api/pictures?label=${kind}`;
    let failed = true;
    const found = await attempt(async () => {
      const answer = await this.page(`${path}&${this.pager.query}`);
      failed = false;
      return answer;
    }, this.element);
    this.failed = failed;
    if (!found) {
      return;
    }
    if (found.pictures.length === 0 && this.pager.offset > 0) {
      this.reload(); // the last page was emptied
      return;
    }
    this.settled.clear();
    this.gallery.show(found.pictures);
    this.pager.show(found.total, found.pictures.length);
  }

  lines(one) {
    const sure = one.prediction ? percent(one.confidence) : "";
    return this.what.value === LABELLED ? [one.label] : this.kind.value ? [sure] : [one.prediction, sure];
  }

  showActions() {
    const { chosen, pictures } = this.gallery;
    const open = this.open();
    const predicted = this.what.value === PREDICTED;
    const all = h("button", { type: "button", id: "select-all", disabled: pictures.length === 0, onclick: () => this.gallery.toggleAll() },
      chosen.size === pictures.length && chosen.size > 0 ? "Select none" : "Select all here");
    const confirm = h("button", { type: "button", id: "confirm", className: "primary", disabled: chosen.size === 0 && open.length === 0, onclick: () => this.confirm() },
      `Confirm ${chosen.size > 0 ? many(chosen.size, "picture") : `all ${open.length} here`} as predicted`);
    const free = h("button", { type: "button", disabled: chosen.size === 0, onclick: () => this.free() }, "Remove label");
    replace(this.actions, predicted ? confirm : free, all,
      ...(chosen.size === 0 ? [h("span", { className: "quiet" }, "Select pictures to give them another label; Shift selects a range.")]
        : [h("label", { for: "correct" }, "Label "), ...this.corrector()]));
    if (this.behind && chosen.size === 0) {
      this.update(this.app.state.labels, this.app.state.head);
    }
  }

  /** Returns the choice of a label for the selected pictures, and the button that gives it. */
  corrector() {
    const select = h("select", { id: "correct", onchange: () => (give.disabled = !select.value) },
      h("option", { value: "" }, "choose …"), ...this.app.state.labels.names.map(name => h("option", { value: name }, name)));
    select.value = this.actions.querySelector("#correct")?.value ?? "";
    const give = h("button", { type: "button", id: "give", disabled: !select.value, onclick: () => this.correct(select.value) }, "Give");
    return [select, give];
  }

  /** Loads again what could not be loaded. */
  retry() {
    if (this.failed && !this.element.hidden) {
      this.load();
    }
  }

  /** Takes the pictures of an action out of the selection, so that no later one is about them, too. */
  acted(action, answered) {
    const pictures = action.action === "delete"
      ? this.gallery.pictures.filter(one => one.label === action.label).map(one => one.picture) : action.pictures ?? [];
    if (answered) {
      pictures.forEach(picture => this.settled.add(picture));
    }
    this.gallery.unselect(pictures);
  }

  /** Returns the pictures of the page that no action was about since they were shown, and none that waits is. */
  open() {
    const waiting = new Set(this.app.outbox.waiting().flatMap(({ action }) => action.pictures ?? []));
    return this.gallery.pictures.filter(one => !this.settled.has(one.picture) && !waiting.has(one.picture));
  }

  /** Returns the selected pictures, or all of the page that are open. */
  concerned() {
    const { chosen } = this.gallery;
    return chosen.size > 0 ? [...chosen.values()] : this.open();
  }

  confirm() {
    const chosen = this.concerned();
    return this.send({ action: "assign-each", pictures: chosen.map(one => one.picture), labels: chosen.map(one => one.prediction) },
      `${many(chosen.length, "picture")} confirmed as predicted`);
  }

  correct(label) {
    const pictures = this.concerned().map(one => one.picture);
    return this.send({ action: "assign", pictures, label, random: false }, `${many(pictures.length, "picture")} labelled ${label}`);
  }

  free() {
    const pictures = this.concerned().map(one => one.picture);
    return this.send({ action: "clear", pictures }, `Label taken off ${many(pictures.length, "picture")}`);
  }

  async send(action, text) {
    const labels = await this.act(action, this.element);
    if (labels) {
      showMessage(labels.waiting ? `${text} once mmcr explore answers.` : `${text}; Undo above reverts it.`);
      this.load();
    }
  }
}

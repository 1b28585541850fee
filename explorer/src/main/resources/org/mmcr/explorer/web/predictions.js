// Predictions for unlabelled pictures; several can be confirmed or corrected at once.

import { h, json, thumbnail, many, percent, attempt, showMessage } from "./dom.js";

const SHOWN = 48;

export class Predictions {
  constructor(app, act) {
    this.app = app;
    this.act = act;
    this.chosen = new Set();
    this.grid = h("div", { className: "grid small", role: "group", "aria-label": "Predictions" });
    this.kind = h("select", { id: "kind", onchange: () => this.load() });
    this.order = h("select", { id: "doubt", onchange: () => this.load() },
      h("option", { value: "sure" }, "most certain first"), h("option", { value: "unsure" }, "least certain first"));
    this.correction = h("div", { className: "row" });
    this.element = h("section", { className: "panel wide", "aria-label": "Predictions" },
      h("div", { className: "view-head" }, h("h2", {}, "Predictions"),
        h("label", {}, "Label ", this.kind), h("label", {}, "Order ", this.order)),
      this.correction, this.grid);
  }

  update(labels, head) {
    this.element.hidden = !head;
    const key = head && `${head.labels}/${labels.names}`;
    if (head && key !== this.known) {
      this.load();
    }
    this.known = key;
  }

  async load() {
    const { classes } = this.app.state.head;
    const before = this.kind.value;
    this.kind.replaceChildren(h("option", { value: "" }, "all"), ...classes.map(name => h("option", { value: name }, name)));
    this.kind.value = classes.includes(before) ? before : "";
    const found = await attempt(() =>
      json(`api/predictions?n=${SHOWN}&order=${this.order.value}&class=${encodeURIComponent(this.kind.value)}`));
    this.chosen.clear();
    this.grid.replaceChildren(...(found ?? []).map(one => this.card(one)));
    this.showCorrection();
  }

  card({ picture, prediction, confidence }) {
    const card = h("button", { type: "button", className: "card", "aria-pressed": "false",
      "aria-label": `${prediction}, ${percent(confidence)}`, onclick: () => {
        const on = !this.chosen.delete(picture);
        if (on) {
          this.chosen.add(picture);
        }
        card.setAttribute("aria-pressed", on);
        this.showCorrection();
      } }, thumbnail(picture, ""), h("span", {}, `${this.kind.value ? "" : `${prediction} `}${percent(confidence)}`));
    return card;
  }

  showCorrection() {
    this.correction.replaceChildren(...(this.chosen.size === 0
      ? [h("p", { className: "quiet" }, "Select pictures to confirm or correct several at once.")]
      : [h("span", {}, `${many(this.chosen.size, "picture")} selected: `),
        ...this.app.state.labels.names.map(label => h("button", { type: "button", onclick: () => this.correct(label) }, label))]));
  }

  async correct(label) {
    const pictures = [...this.chosen];
    if (await this.act({ action: "assign", pictures, label, random: false })) {
      showMessage(`${many(pictures.length, "picture")} labelled ${label}.`);
    }
  }
}

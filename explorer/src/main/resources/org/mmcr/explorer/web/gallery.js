// Pictures as cards that can be selected, one by one or as a range with Shift, and pages of them.

import { h, thumbnail, count, replace } from "./dom.js";

export class Gallery {
  /**
   * @param label of the group
   * @param describe returns the one or two lines of a card's caption for a picture's description
   * @param selected is called when the selection changes
   */
  constructor(label, describe, selected) {
    this.describe = describe;
    this.selected = selected;
    this.pictures = [];
    this.chosen = new Map();
    this.element = h("div", { className: "grid", role: "group", "aria-label": label });
  }

  show(pictures) {
    this.pictures = pictures;
    this.last = undefined;
    const before = new Set(this.chosen.keys());
    this.chosen.clear();
    this.cards = pictures.map((one, i) => this.card(one, i));
    pictures.forEach((one, i) => this.set(i, before.has(one.picture))); // what was selected while these were on their way
    replace(this.element, ...this.cards);
    this.selected();
  }

  card(one, i) {
    const [first, second] = this.describe(one);
    return h("button", { type: "button", className: "card", "aria-pressed": "false", title: one.name,
      "aria-label": [first, second, one.name].filter(text => text).join(", "), onclick: event => this.click(i, event.shiftKey) },
    thumbnail(one.picture, "", { loading: "eager" }), h("span", {}, first), second && h("span", { className: "second" }, second));
  }

  click(i, range) {
    const on = !this.chosen.has(this.pictures[i].picture);
    const [from, to] = range && this.last !== undefined ? [Math.min(i, this.last), Math.max(i, this.last)] : [i, i];
    for (let k = from; k <= to; k++) {
      this.set(k, range || on);
    }
    this.last = i;
    this.selected();
  }

  set(i, on) {
    const one = this.pictures[i];
    if (on) {
      this.chosen.set(one.picture, one);
    } else {
      this.chosen.delete(one.picture);
    }
    this.cards[i].setAttribute("aria-pressed", String(on));
  }

  /** Takes pictures out of the selection. */
  unselect(indices) {
    this.pictures.forEach((one, i) => indices.includes(one.picture) && this.set(i, false));
    this.selected();
  }

  /** Selects all, or none if all are selected already. */
  toggleAll() {
    const on = this.chosen.size < this.pictures.length;
    this.pictures.forEach((_, i) => this.set(i, on));
    this.selected();
  }
}

/** Buttons that move through pages. */
export class Pager {
  constructor(size, moved) {
    this.size = size;
    this.offset = 0;
    const button = (text, step) => h("button", { type: "button", onclick: () => {
      this.offset = Math.max(0, this.offset + step * this.size);
      moved();
    } }, text);
    this.before = button("Previous", -1);
    this.after = button("Next", 1);
    this.text = h("span", { className: "quiet", role: "status" });
    this.element = h("div", { className: "row pager" }, this.before, this.text, this.after);
  }

  /** The part of a request's address that names the page. */
  get query() {
    return `offset=${this.offset}&n=${this.size}`;
  }

  show(total, shown) {
    this.element.hidden = total <= this.size;
    this.before.disabled = this.offset === 0;
    this.after.disabled = this.offset + shown >= total;
    this.text.textContent = shown === 0 ? "none here" : `${count(this.offset + 1)}–${count(this.offset + shown)} of ${count(total)}`;
  }
}

// The map as a page of its own: its pictures, names and values are in the page, which makes no requests.

import { h, count, many, percent } from "./dom.js";
import { marksOf, themed, onTheme, WHOLE } from "./colours.js";
import { Cloud } from "./cloud.js";
import { Contours } from "./contours.js";
import { CanvasDots } from "./dots-2d.js";
import { showGroups, showScale } from "./legend.js";
import { MapOverlay } from "./map-overlay.js";

/** Number of different values of a field from which on the map is not coloured by it. */
const MOST_GROUPS = 1000;
/** Room between a point and its picture, and between that and the frame, CSS pixels. */
const GAP = 14;
const EDGE = 4;

/** A field of the pictures: one of a few texts, or a number. */
class Field {
  constructor({ name, values, of, numbers }) {
    this.name = name;
    this.values = values;
    this.of = of;
    this.numbers = numbers;
    if (numbers) {
      const known = numbers.filter(number => number !== null);
      [this.low, this.high] = this.isFraction ? [0, 1]
        : known.reduce(([low, high], number) => [Math.min(low, number), Math.max(high, number)], [Infinity, -Infinity]);
    }
  }

  get isFraction() {
    return this.name === "certainty";
  }

  /** The value of a picture as a text, empty for none. */
  text(index) {
    if (this.numbers) {
      const number = this.numbers[index];
      return number === null ? "" : this.written(number);
    }
    return this.of[index] < 0 ? "" : this.values[this.of[index]];
  }

  written(number) {
    return this.isFraction ? percent(number) : String(Number(number.toPrecision(6)));
  }

  /** The place of a fraction of the scale. */
  at(fraction) {
    return this.isFraction ? `${100 * fraction}\u00a0%` : this.written(this.low + fraction * (this.high - this.low));
  }

  /** The column that colours the map: indices of the values, or parts of WHOLE. */
  column() {
    const range = this.high - this.low || 1;
    return this.numbers
      ? Int32Array.from(this.numbers, number => (number === null ? -1 : Math.round(WHOLE * (number - this.low) / range)))
      : Int32Array.from(this.of);
  }
}

/** The thumbnails: squares in a few larger pictures. */
class Sheets {
  constructor({ side, columns, images }) {
    this.side = side;
    this.columns = columns;
    this.images = images.map(src => Object.assign(new Image(), { src }));
  }

  /** Returns a picture's thumbnail as an element. */
  tile(index, alt) {
    const { side, columns } = this;
    const canvas = h("canvas", { width: side, height: side, role: "img", "aria-label": alt });
    const within = index % (columns * columns);
    const image = this.images[(index - within) / (columns * columns)];
    image.decode().then(() => canvas.getContext("2d").drawImage(image,
      within % columns * side, Math.floor(within / columns) * side, side, side, 0, 0, side, side));
    return canvas;
  }
}

class SavedMap {
  constructor(data) {
    this.data = data;
    this.fields = data.fields.map(field => new Field(field));
    this.sheets = data.sheets && new Sheets(data.sheets);
    this.chosen = new Set();
    this.cursor = -1;
    this.pinned = -1;
    this.build(document.getElementById("main"));
    this.start();
  }

  build(main) {
    const { data } = this;
    document.title = `Map of ${data.data}`;
    /** The fields that can colour the map. */
    this.groupings = this.fields.filter(field => field.numbers || field.values.length <= MOST_GROUPS);
    this.colourBy = h("select", { id: "colour-by", onchange: () => this.choose() }, this.groupings.map(({ name }) => h("option", {}, name)));
    this.colourBy.selectedIndex = Math.max(0, this.groupings.findIndex(({ name }) => name === data.colour_by));
    this.search = h("input", { id: "search", type: "search", placeholder: "name or value", autocomplete: "off", spellcheck: false,
      oninput: () => this.filter() });
    this.all = h("button", { type: "button", hidden: true, onclick: () => this.showAll() }, "Show all");
    this.count = h("span", { className: "quiet", role: "status" });
    this.named = h("input", { type: "checkbox", checked: true, onchange: () => this.nameGroups() });
    this.dense = h("input", { type: "checkbox", onchange: () => this.contours.draw(this.dense.checked) });
    this.canvas = h("canvas", { tabindex: "0", role: "application", onkeydown: event => this.key(event),
      "aria-label": "Map of pictures. Arrow keys move between pictures, plus and minus zoom, Escape clears." });
    this.tip = h("div", { className: "tip", hidden: true });
    this.legend = h("ul", { className: "legend", "aria-label": "Legend" });
    const tool = (label, words, onclick) => h("button", { type: "button", "aria-label": label, onclick }, words);
    this.stage = h("div", { className: "stage" }, this.canvas,
      h("div", { className: "tools" }, tool("Zoom in", "+", () => this.cloud.zoomAt(1.5)),
        tool("Zoom out", "−", () => this.cloud.zoomAt(1 / 1.5)), tool("Whole map", "Whole map", () => this.cloud.reset())),
      this.tip);
    main.append(
      h("div", { className: "view-head" }, h("h1", {}, document.title),
        h("label", {}, this.named, " Names"), h("label", {}, this.dense, " Density"), h("label", {}, "Colour by ", this.colourBy)),
      h("p", { className: "quiet" }, this.about()),
      h("div", { className: "row", role: "search" }, h("label", { for: "search", className: "visually-hidden" }, "Search names and values"),
        this.search, this.all, this.count),
      h("div", { className: "map" }, this.stage, h("div", { className: "map-side" }, this.legend)),
      h("p", { className: "quiet" }, "Close points are similar pictures; distances between groups mean little. A click on an entry of the legend shows its points alone."));
  }

  about() {
    const { data } = this;
    const pictures = data.names.length === data.total ? many(data.total, "picture") : `${count(data.names.length)} of ${many(data.total, "picture")}`;
    return `${pictures}, ${data.note}. Saved ${data.date.slice(0, 10)} by mmcr ${data.mmcr}.`;
  }

  start() {
    this.cloud = new Cloud(this.canvas, {
      hover: index => this.tell(index < 0 ? this.pinned : index),
      pick: index => this.pin(index),
      lasso: () => {},
      outline: () => {},
      painted: () => {
        this.overlay.painted();
        this.contours.place();
        this.placeTip();
      },
    }, new CanvasDots(this.canvas));
    this.overlay = new MapOverlay(this.cloud, this.sheets ? (index, alt) => this.sheets.tile(index, alt) : null);
    this.contours = new Contours(this.cloud);
    this.canvas.after(this.contours.element, this.overlay.element);
    this.cloud.setPoints(Float32Array.from(this.data.points));
    const paint = () => {
      this.cloud.setTheme(themed("--text"), themed("--card"));
      this.recolour();
    };
    paint();
    onTheme(paint);
    this.canvas.dataset.ready = "yes";
  }

  /** Colours by another field, and shows all of its groups. */
  choose() {
    this.chosen.clear();
    this.recolour();
    this.filter();
  }

  recolour() {
    this.field = this.groupings[this.colourBy.selectedIndex];
    this.column = this.field.column();
    const { counts, colours, shapes } = marksOf(this.column, Boolean(this.field.numbers));
    this.counts = counts;
    this.cloud.setColours(colours, shapes);
    this.nameGroups();
    this.showLegend();
  }

  showLegend() {
    const { field } = this;
    if (field.numbers) {
      showScale(this.legend, fraction => field.at(fraction));
      return;
    }
    showGroups(this.legend, this.counts, {
      nameOf: value => this.nameOf(value),
      isChosen: value => this.chosen.has(value),
      toggle: value => {
        if (!this.chosen.delete(value)) {
          this.chosen.add(value);
        }
        this.filter();
      },
    });
  }

  nameOf(value) {
    return value < 0 ? "none" : this.field.values[value];
  }

  nameGroups() {
    this.overlay.setGroups(this.named.checked && !this.field.numbers ? this.column : undefined, value => this.nameOf(value));
  }

  /** The name and the values of a picture, in lower case. */
  textOf(index) {
    return [this.data.names[index], ...this.fields.map(field => field.text(index))].join("\n").toLowerCase();
  }

  /** Shows the pictures with all words of the search that are in a chosen group, if some are chosen. */
  filter() {
    const words = this.search.value.toLowerCase().split(/\s+/).filter(word => word);
    const { names } = this.data;
    let shown;
    if (words.length > 0 || this.chosen.size > 0) {
      this.texts ??= names.map((_, index) => this.textOf(index));
      shown = Uint8Array.from(this.texts, (text, index) =>
        (this.chosen.size === 0 || this.chosen.has(this.column[index])) && words.every(word => text.includes(word)));
    }
    this.shown = shown;
    this.all.hidden = !shown;
    this.count.textContent = shown ? `${count(shown.reduce((sum, one) => sum + one, 0))} of ${count(names.length)} shown` : "";
    this.pin(-1);
    this.cloud.setShown(shown);
    this.nameGroups();
    this.contours.draw(this.dense.checked);
    this.showLegend();
  }

  showAll() {
    this.search.value = "";
    this.chosen.clear();
    this.filter();
    this.search.focus(); // the button is gone
  }

  /** Keeps a picture's values on the screen. */
  pin(index) {
    this.pinned = this.cursor = index;
    this.cloud.setMarked(index < 0 ? [] : [index]);
    this.tell(index);
  }

  /** Shows a picture with its name and values, or none. */
  tell(index) {
    if (index === this.told) {
      return;
    }
    this.told = index;
    this.tip.hidden = index < 0;
    if (index < 0) {
      return;
    }
    const values = this.fields.map(field => [field.name, field.text(index)]).filter(([, text]) => text);
    this.tip.replaceChildren(
      ...(this.sheets ? [this.sheets.tile(index, "")] : []),
      h("p", {}, h("strong", {}, this.data.names[index])),
      h("dl", {}, values.map(([name, text]) => h("div", {}, h("dt", {}, name), h("dd", {}, text)))));
    this.placeTip();
  }

  /** Places the shown picture beside its point, inside of the frame. */
  placeTip() {
    if (!this.tip.hidden) {
      const [x, y] = this.cloud.toScreen(this.told);
      const { offsetWidth: width, offsetHeight: height } = this.tip;
      const left = x + GAP + width + EDGE > this.cloud.width ? x - GAP - width : x + GAP;
      this.tip.style.left = `${Math.max(EDGE, Math.min(left, this.cloud.width - width - EDGE))}px`;
      this.tip.style.top = `${Math.max(EDGE, Math.min(y + GAP, this.cloud.height - height - EDGE))}px`;
    }
  }

  key(event) {
    const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    if (arrows[event.key]) {
      const { width, height, grid } = this.cloud;
      this.pin(this.cursor >= 0 ? grid.towards(this.cursor, ...arrows[event.key]) : this.cloud.nearest(width / 2, height / 2, 1e4));
    } else if (event.key === "+" || event.key === "=") {
      this.cloud.zoomAt(1.5);
    } else if (event.key === "-") {
      this.cloud.zoomAt(1 / 1.5);
    } else if (event.key === "Escape") {
      this.pin(-1);
    } else {
      return;
    }
    event.preventDefault();
  }
}

new SavedMap(JSON.parse(document.getElementById("document").textContent));

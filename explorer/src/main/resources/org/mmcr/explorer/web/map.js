// The Map view: one point per picture, similar pictures close together. Hovering shows a picture, the lasso selects
// pictures to label, the legend and the filter choose what is shown.

import { h, numbers, json, thumbnail, many, count, percent, attempt, replace, showMessage } from "./dom.js";
import { marksOf, themed, onTheme } from "./colours.js";
import { whenReady } from "./shared.js";
import { Cloud } from "./cloud.js";
import { Contours, FRACTIONS } from "./contours.js";
import { dotsOn } from "./dots.js";
import { showGroups, showScale } from "./legend.js";
import { MapFilter } from "./map-filter.js";
import { MapOverlay } from "./map-overlay.js";

const SHOWN = 24;
const COLUMNS = {
  given: "class of the data",
  cluster: "cluster",
  label: "your labels",
  prediction: "prediction",
  confidence: "certainty",
};

export function mount(section, app) {
  let view;
  whenReady(section, "Map", () => {
    view = new MapView(section, app);
  });
  return { shown: () => view?.appeared() };
}

class MapView {
  constructor(section, app) {
    this.app = app;
    this.section = section;
    this.selected = [];
    /** Selections before this one, oldest first. */
    this.past = [];
    this.cursor = -1;
    this.build(section);
    this.load();
  }

  build(section) {
    const { given } = this.app.state;
    this.colourBy = h("select", { id: "colour-by", onchange: () => this.recolour() },
      Object.entries(COLUMNS).filter(([name]) => name !== "given" || given.length > 0)
        .map(([name, words]) => h("option", { value: name }, words)));
    this.legend = h("ul", { className: "legend" });
    this.canvas = h("canvas", {
      tabindex: "0",
      role: "application",
      "aria-label": "Map of pictures. Arrow keys move between pictures, Enter selects, plus and minus zoom, U undoes a selection.",
      onkeydown: event => this.key(event),
    });
    this.outline = document.createElementNS("http://www.w3.org/2000/svg", "polygon");
    const overlay = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    overlay.setAttribute("class", "lasso");
    overlay.setAttribute("aria-hidden", "true");
    overlay.append(this.outline);
    this.tip = h("div", { className: "tip", hidden: true });
    this.lassoButton = h("button", { type: "button", "aria-pressed": "false", onclick: () => this.toggleLasso() }, "Lasso");
    const tools = h("div", { className: "tools" },
      this.lassoButton,
      h("button", { type: "button", "aria-label": "Zoom in", onclick: () => this.cloud.zoomAt(1.5) }, "+"),
      h("button", { type: "button", "aria-label": "Zoom out", onclick: () => this.cloud.zoomAt(1 / 1.5) }, "−"),
      h("button", { type: "button", onclick: () => this.cloud.reset() }, "Whole map"));
    this.side = h("aside", { className: "side", "aria-label": "Selection" });
    this.filter = new MapFilter(this.app, shown => this.show(shown));
    this.filter.exports.column = () => this.colourBy.value;
    this.named = h("input", { type: "checkbox", id: "map-named", checked: true, onchange: () => this.nameGroups() });
    this.dense = h("input", { type: "checkbox", id: "map-dense", onchange: () => this.drawContours() });
    this.stage = h("div", { className: "stage" }, this.canvas, overlay, tools, this.tip);
    section.append(
      h("div", { className: "view-head" }, h("h1", {}, "Map"),
        h("label", {}, this.named, " Names"), h("label", {}, this.dense, " Density"), this.filter.charts.choice, h("label", {}, "Colour by ", this.colourBy)),
      this.filter.element,
      h("div", { className: "map" },
        this.stage, this.filter.charts.element,
        h("div", { className: "map-side" }, this.legend, this.side)));
    this.note = h("p", { className: "quiet" });
    section.append(this.note);
    this.names = h("datalist", { id: "map-names" });
    section.append(this.names);
    this.showSelection();
  }

  /** Loads again what could not be loaded. */
  appeared() {
    if (this.failed) {
      this.load();
    } else if (this.stale) {
      this.recolour();
    }
    this.cloud?.resize();
  }

  async load() {
    this.failed = false;
    const loaded = await attempt(async () => {
      this.arranged = this.app.state.arranged;
      const xy = await numbers("api/points", Float32Array);
      this.cloud = new Cloud(this.canvas, {
        hover: index => this.hover(index),
        pick: (index, add) => this.pick(index, add),
        lasso: (indices, add) => this.select(add ? [...new Set([...this.selected, ...indices])] : indices),
        painted: () => {
          this.overlay.painted();
          this.contours.place();
        },
        outline: path => this.outline.setAttribute("points", path.map(point => point.join(",")).join(" ")),
      }, dotsOn(this.canvas));
      this.overlay = new MapOverlay(this.cloud);
      this.contours = new Contours(this.cloud);
      this.canvas.after(this.contours.element, this.overlay.element);
      this.cloud.setPoints(xy);
      this.cloud.setTheme(themed("--text"), themed("--card"));
      onTheme(() => {
        this.cloud.setTheme(themed("--text"), themed("--card"));
        this.recolour();
      });
      this.app.on("state", () => this.update());
      this.update();
      return true;
    }, this.section);
    this.failed = !loaded;
    if (loaded) {
      await this.recolour();
      this.canvas.dataset.ready = "yes";
    }
  }

  /** Shows some of the points. */
  show(shown) {
    this.shown = shown;
    this.cloud.setShown(shown);
    if (!this.isShown(this.cursor)) {
      this.cursor = -1;
    }
    const before = this.selected.length;
    this.selected = this.selected.filter(index => this.isShown(index));
    this.cloud.setMarked(this.selected);
    if (this.selected.length < before) { // otherwise a name that is being typed stays
      this.showSelection();
    }
    this.showLegend();
    this.nameGroups();
    this.drawContours();
  }

  isShown(index) {
    return !this.shown || Boolean(this.shown[index]);
  }

  drawContours() {
    this.contours?.draw(this.dense.checked);
    this.explain();
  }

  /** Says below the map what it shows. */
  explain() {
    const { arranged } = this.app.state;
    const percents = FRACTIONS.map(fraction => 100 * fraction);
    this.note.textContent = [
      arranged ? "Close points are similar pictures; distances between groups mean little."
        : "The two principal components of the features. A map that keeps neighbours together is being computed …",
      this.dense.checked && `Lines enclose the densest areas with ${percents.slice(0, -1).join(", ")} and ${percents.at(-1)} % of the pictures shown.`,
    ].filter(words => words).join(" ");
  }

  /** Updates names and colours when labels or predictions have changed. */
  update() {
    const { labels, head, arranged } = this.app.state;
    if (arranged && !this.arranged) {
      this.rearrange();
    }
    this.explain();
    this.names.replaceChildren(...labels.names.map(name => h("option", { value: name })));
    const known = JSON.stringify([labels, head]);
    if ((known !== this.known || this.stale) && ["label", "prediction", "confidence"].includes(this.colourBy.value)) {
      this.recolour();
    }
    if (known !== this.known) {
      this.filter.update();
    }
    this.known = known;
  }

  /** Replaces the principal components by the UMAP layout once it is computed. */
  async rearrange() {
    this.arranged = true;
    const xy = await attempt(() => numbers("api/points", Float32Array));
    this.arranged = Boolean(xy); // otherwise asked for again after the next event
    while (this.cloud.gestures.pointers.size > 0) {
      await new Promise(requestAnimationFrame); // a lasso or a drag is of the points that are shown
    }
    if (xy) {
      this.cloud.movePoints(xy);
      this.nameGroups();
      this.drawContours();
    }
  }

  async recolour() {
    const column = this.colourBy.value;
    const values = await attempt(() => numbers(`api/column/${column}`, Int16Array), this.section);
    this.stale = !values; // asked for again when something changes, or the map is shown again
    if (!values || column !== this.colourBy.value) {
      return; // the choice has changed meanwhile
    }
    const { counts, colours, shapes } = marksOf(values, column === "confidence");
    this.cloud.setColours(colours, shapes);
    this.coloured = { column, counts, values };
    this.showLegend();
    this.nameGroups();
  }

  /** Writes the names of the coloured groups on the map. */
  nameGroups() {
    const { column, values } = this.coloured ?? {};
    this.overlay.setGroups(this.named.checked && column !== "confidence" ? values : undefined, value => this.nameOf(column, value));
  }

  nameOf(column, value) {
    const { given, labels, head } = this.app.state;
    const names = { given, label: labels.names, prediction: head?.classes ?? [] }[column];
    return value < 0 ? "none" : names?.[value] ?? `cluster ${value + 1}`;
  }

  showLegend() {
    if (!this.coloured) {
      return;
    }
    const { column, counts } = this.coloured;
    if (column === "confidence") {
      if (!counts.has(-1) || counts.size > 1) {
        showScale(this.legend, fraction => `${Math.round(100 * fraction)} % certain`);
      } else {
        this.legend.replaceChildren(h("li", { className: "quiet" }, "No predictions yet: label pictures of two classes."));
      }
      return;
    }
    showGroups(this.legend, counts, {
      nameOf: value => this.nameOf(column, value),
      isChosen: value => this.filter.isChosen(column, value),
      toggle: value => this.filter.toggle(column, value),
    });
  }

  async hover(index) {
    if (index === this.hovered) {
      return;
    }
    this.hovered = index;
    if (index < 0) {
      this.tip.hidden = true;
      return;
    }
    const [x, y] = this.cloud.toScreen(index);
    this.tip.replaceChildren(thumbnail(index, ""), h("p", {}, " "));
    this.tip.hidden = false;
    this.tip.style.left = `${Math.max(4, Math.min(x + 14, this.cloud.width - 150))}px`;
    this.tip.style.top = `${Math.max(4, Math.min(y + 14, this.cloud.height - 190))}px`;
    const about = await json(`api/picture/${index}/about`).catch(() => undefined);
    if (about && this.hovered === index) {
      const words = [about.label || about.given, about.prediction && `looks like ${about.prediction}, ${percent(about.confidence)}`];
      this.tip.lastChild.replaceChildren(h("strong", {}, about.name), h("br"), words.filter(word => word).join(" · "));
    }
  }

  pick(index, add) {
    if (index < 0) {
      if (!add) {
        this.select([]);
      }
      return;
    }
    this.cursor = index;
    this.select(add ? (this.selected.includes(index)
      ? this.selected.filter(other => other !== index) : [...this.selected, index]) : [index]);
  }

  select(indices) {
    if (indices.length > 0 || this.selected.length > 0) {
      this.past = [...this.past.slice(-49), this.selected];
    }
    this.mark(indices);
  }

  mark(indices) {
    this.selected = indices;
    this.cloud.setMarked(indices);
    this.showSelection();
  }

  /** Returns to the selection before. */
  undo() {
    if (this.past.length > 0) {
      this.mark(this.past.pop().filter(index => this.isShown(index)));
    }
  }

  toggleLasso() {
    this.cloud.lassoing = !this.cloud.lassoing;
    this.lassoButton.setAttribute("aria-pressed", this.cloud.lassoing);
    this.canvas.parentElement.classList.toggle("lassoing", this.cloud.lassoing);
  }

  key(event) {
    const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    if (arrows[event.key]) {
      const from = this.cursor >= 0 ? this.cursor : this.cloud.nearest(this.cloud.width / 2, this.cloud.height / 2, 1e4);
      this.cursor = this.cursor >= 0 ? this.cloud.grid.towards(from, ...arrows[event.key]) : from;
      this.hover(this.cursor);
      this.cloud.setMarked([...this.selected, this.cursor]);
    } else if (event.key === "Enter" && this.cursor >= 0) {
      this.pick(this.cursor, true);
    } else if (event.key === "+" || event.key === "=") {
      this.cloud.zoomAt(1.5);
    } else if (event.key === "-") {
      this.cloud.zoomAt(1 / 1.5);
    } else if (event.key === "u" || (event.key === "z" && (event.ctrlKey || event.metaKey))) {
      this.undo();
    } else if (event.key === "Escape") {
      this.select([]);
      this.hover(-1);
    } else {
      return;
    }
    event.preventDefault();
  }

  showSelection() {
    const n = this.selected.length;
    const undo = h("button", { type: "button", disabled: this.past.length === 0, onclick: () => this.undo() }, "Undo selection");
    if (n === 0) {
      replace(this.side,
        h("h2", {}, "Nothing selected"),
        h("p", { className: "quiet" },
          "Click a point to see its picture. Draw around points with ",
          h("strong", {}, "Lasso"), " (or while holding Shift, which adds to the selection), then name them."),
        ...(this.past.length > 0 ? [undo] : []));
      return;
    }
    const name = h("input", { id: "map-name", list: "map-names", autocomplete: "off", maxLength: 80, required: true });
    const form = h("form", { className: "row", onsubmit: event => this.label(event, name.value.trim()) },
      h("label", { for: "map-name" }, "Name "), name, h("button", { className: "primary" }, `Label ${count(n)}`));
    replace(this.side,
      h("h2", {}, `${many(n, "picture")} selected`),
      form,
      h("div", { className: "thumbs" }, this.selected.slice(0, SHOWN).map(index =>
        h("a", { href: `#neighbours/${index}`, "aria-label": `Neighbours of picture ${index}` }, thumbnail(index, "")))),
      ...(n > SHOWN ? [h("p", { className: "quiet" }, `and ${count(n - SHOWN)} more`)] : []),
      h("div", { className: "row" },
        h("button", { type: "button", onclick: () => this.unlabel() }, "Remove labels"),
        h("button", { type: "button", onclick: () => this.select([]) }, "Clear selection"), undo));
  }

  async unlabel() {
    const pictures = this.selected;
    const done = await attempt(() => this.app.outbox.send({ action: "clear", pictures }), this.side);
    if (done) {
      showMessage(this.app.outbox.done(done, `Labels of ${many(pictures.length, "picture")} removed`));
      this.select([]);
    }
  }

  async label(event, name) {
    event.preventDefault();
    const pictures = this.selected;
    const done = await attempt(() => this.app.outbox.send({ action: "assign", pictures, label: name, random: false }), this.side);
    if (done) {
      showMessage(this.app.outbox.done(done, `${many(pictures.length, "picture")} labelled ${name}`));
      this.colourBy.value = "label";
      this.select([]);
      this.recolour();
    }
  }
}

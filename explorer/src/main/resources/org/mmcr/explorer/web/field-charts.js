// The map's charts: for each field the pictures of its values, all of them and those shown. A bar that is clicked adds
// its value to the map's query, and takes it out again.

import { h, attempt, count, json, latest, many, replace, showMessage } from "./dom.js";
import { isUnfinished } from "./query-field.js";
import { joined, place, replaced, without } from "./query-terms.js";

/** Fields whose values change while the page is open. */
const CHANGING = ["label", "prediction", "certainty"];

export class FieldCharts {
  /** `filter` is the map's, which this one belongs to. */
  constructor(app, filter) {
    this.app = app;
    this.filter = filter;
    /** Charts of the fields, in their order. */
    this.charts = [];
    this.passing = latest(async (query, chosen) =>
      (chosen.length > 0 ? filter.passing(filter.tests(query)) : { shown: filter.shown }));
    this.load = latest(fields => Promise.all(fields.map(field => json(`api/fields/chart?field=${encodeURIComponent(field)}`))));
    this.open = h("input", { type: "checkbox", id: "map-charts", onchange: () => this.show() });
    this.choice = h("label", {}, this.open, " Charts");
    this.list = h("div", { className: "field-list" });
    this.note = h("p", { className: "quiet" });
    this.element = h("section", { className: "field-charts", "aria-label": "Charts", hidden: true }, this.list, this.note);
  }

  show() {
    this.element.hidden = !this.open.checked;
    return this.reload();
  }

  /** Loads the charts that are not loaded, and those whose values may have changed. */
  async reload() {
    if (!this.open.checked) {
      return;
    }
    const fields = this.app.state.fields.map(field => field.name);
    const known = new Map(this.charts.map(chart => [chart.field, chart]));
    const wanted = fields.filter(field => !known.has(field) || CHANGING.includes(field));
    const loaded = await attempt(() => this.load(wanted), this.element);
    if (!loaded) {
      return; // failed, or loaded again meanwhile
    }
    for (const data of loaded) {
      const chart = new FieldChart(data, fields.indexOf(data.field), this);
      chart.keep(known.get(data.field));
      known.set(data.field, chart);
    }
    this.charts = fields.map(field => known.get(field));
    const left = this.charts.map(chart => this.reason(chart));
    replace(this.list, ...this.charts.filter((chart, i) => chart.bars.length > 0 && !left[i]).map(chart => chart.element));
    this.note.textContent = this.charts.map((chart, i) => left[i] && `No chart of ${chart.field}, which ${left[i]}.`).filter(words => words).join(" ");
    await this.update();
  }

  /** Returns why a field with values has no chart; undefined if it has one. */
  reason(chart) {
    if (chart.bars.length === 0) {
      return chart.others > 0 ? `has ${count(chart.others)} values` : undefined;
    }
    const classes = chart.field === "folder" && this.charts.find(other => other.field === "class");
    return classes && classes.of.every((bar, i) => bar === chart.of[i]) ? "is that of class" : undefined;
  }

  /** Chooses the bars of a chart. */
  choose(chart, bars) {
    const { query } = this.filter.search;
    const before = chart.term;
    const isSet = before && place(query, before) >= 0;
    if (!isSet && isUnfinished(query)) {
      showMessage("More must follow at the end of the filter; complete it first", true);
      return;
    }
    chart.choose(bars);
    let now;
    if (isSet) {
      now = chart.term ? replaced(query, before, chart.term) : this.unwrapped(without(query, before));
    } else {
      now = joined(query, chart.term);
      this.inside = now.startsWith(`(${query}) `) ? query : this.inside;
    }
    this.filter.ask(now);
  }

  /** Takes off the parentheses that were put around a query, if nothing else is left. */
  unwrapped(query) {
    return query === `(${this.inside})` ? this.inside : query;
  }

  /** Shows the numbers of pictures under the map's filter; each chart's without its own choice. */
  async update() {
    if (!this.open.checked || this.charts.length === 0) {
      return;
    }
    const { query } = this.filter.search;
    const chosen = this.charts.filter(chart => chart.term && place(query, chart.term) >= 0);
    const typed = chosen.reduce((rest, chart) => without(rest, chart.term), query);
    const passing = await attempt(() => this.passing(typed, chosen), this.element);
    if (!passing) {
      return; // failed, or asked again meanwhile
    }
    for (const chart of this.charts) {
      if (!chosen.includes(chart)) {
        chart.choose([]); // its term has been changed by hand
      }
    }
    this.tally(passing.shown, chosen);
  }

  /** Counts the pictures of each bar among those that pass the filter without the charts' terms. */
  tally(passing, chosen) {
    for (const chart of this.charts) {
      chart.shown.fill(0);
    }
    const n = this.charts[0].of.length;
    for (let i = 0; i < n; i++) {
      if (passing && !passing[i]) {
        continue;
      }
      const failed = chosen.filter(chart => !chart.chosen[chart.of[i]]);
      if (failed.length < 2) {
        for (const chart of failed.length === 1 ? failed : this.charts) {
          chart.shown[chart.of[i]]++;
        }
      }
    }
    this.charts.forEach(chart => chart.draw());
  }
}

/** Returns the bytes of a text in Base64; a loop, since `Uint8Array.from` takes ten times as long. */
function decoded(text) {
  const signs = atob(text);
  const bytes = new Uint8Array(signs.length);
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] = signs.charCodeAt(i);
  }
  return bytes;
}

/** The chart of a field: rows for texts, columns for numbers, and rows for other values and for none. */
class FieldChart {
  constructor({ field, numeric, bars, others, none, of }, index, charts) {
    this.field = field;
    this.index = index;
    this.charts = charts;
    this.bars = bars;
    this.others = others.values;
    /** The index of the bar of each picture. */
    this.of = decoded(of);
    this.rest = { name: numeric ? "infinite" : many(others.values, "other value"), terms: [], pictures: others.pictures };
    this.all = [...bars, this.rest, none];
    this.choose([]);
    this.shown = new Uint32Array(this.all.length);
    this.most = Math.max(1, ...bars.map(bar => bar.pictures), ...(numeric ? [] : [none.pictures]));
    this.build(numeric);
  }

  build(numeric) {
    const columns = numeric ? this.bars.length : 0;
    this.marks = this.all.map((bar, b) => this.mark(bar, b, b < columns));
    const items = this.marks.map(({ element }) => h("li", {}, element));
    const rows = items.filter((_, b) => b >= columns && this.all[b].pictures > 0);
    this.clear = h("button", { type: "button", className: "slight", hidden: true, "aria-label": `Clear ${this.field}`,
      onclick: () => this.charts.choose(this, []) }, "Clear");
    const heading = h("h2", { id: `chart-${this.index}` }, this.field);
    this.element = h("div", { className: "field-chart", role: "group", "aria-labelledby": heading.id },
      h("div", { className: "field-head" }, heading, this.clear));
    if (columns > 0) {
      this.histogram = h("ul", { className: "histogram" }, items.slice(0, columns));
      this.dragged();
      const ends = [this.bars[0].name.split(" to ")[0], this.bars[columns - 1].name.split(" to ").pop()];
      this.element.append(this.histogram, h("div", { className: "ends quiet", "aria-hidden": "true" }, ends.map(end => h("span", {}, end))));
    }
    if (rows.length > 0) {
      this.element.append(h("ul", { className: "bars" }, rows));
    }
  }

  /** Makes a bar: grey for all pictures, coloured for those shown. */
  mark(bar, b, upright) {
    const all = h("span", { className: "all" });
    const now = h("span", { className: "now" });
    const track = h("span", { className: "track" }, all, now);
    const number = h("span", { className: "number quiet" });
    const content = upright ? [track] : [h("span", { className: "name" }, bar.name), track, number];
    const length = value => `${Math.min(100, 100 * value / this.most)}%`;
    const along = upright ? "height" : "width";
    all.style[along] = length(bar.pictures);
    const isButton = bar.terms.length > 0;
    const element = isButton
      ? h("button", { type: "button", className: "bar", id: `chart-${this.index}-${b}`, onclick: () => this.toggle(b) }, content)
      : h("div", { className: "bar" }, content);
    const draw = () => {
      const shown = this.shown[b];
      now.style[along] = length(shown);
      number.textContent = count(shown);
      const left = this.term && !this.chosen[b];
      const words = `${this.field} ${bar.name}: ${count(shown)} of ${count(bar.pictures)} ${left ? "if chosen" : "shown"}`;
      element.title = words;
      element.classList.toggle("left", Boolean(left));
      if (isButton) {
        element.setAttribute("aria-label", words);
        element.setAttribute("aria-pressed", String(this.chosen[b]));
      }
    };
    return { element, draw };
  }

  draw() {
    this.marks.forEach(mark => mark.draw());
    this.clear.hidden = !this.term;
  }

  toggle(b) {
    if (this.wasDragged) {
      this.wasDragged = false;
      return;
    }
    this.charts.choose(this, this.all.map((_, other) => other).filter(other => this.chosen[other] !== (other === b)));
  }

  /** Chooses bars, given by their indices. */
  choose(bars) {
    this.chosen = this.all.map((_, b) => bars.includes(b));
    this.term = this.written();
  }

  /** Returns the term of the chosen bars, in which adjacent ranges are one; empty if none is chosen. */
  written() {
    const terms = [];
    this.all.forEach(({ terms: [from, to] }, b) => {
      const before = to && this.chosen[b - 1] && terms.length > 0;
      if (this.chosen[b]) {
        terms.push(to ? [before ? terms.pop()[0] : from, to] : [from]);
      }
    });
    const texts = terms.map(term => term.join(" "));
    return texts.length > 1 ? `(${texts.join(" or ")})` : texts.join("");
  }

  /** Keeps the choice of the chart before, if this one has the same bars for it. */
  keep(before) {
    if (before?.term) {
      const key = ({ terms }) => terms.join(" ");
      const wanted = before.all.filter((_, b) => before.chosen[b]).map(key);
      this.choose(this.all.map((_, b) => b).filter(b => wanted.includes(key(this.all[b]))));
      this.choose(this.term === before.term ? this.all.map((_, b) => b).filter(b => this.chosen[b]) : []);
    }
  }

  /** Chooses the bars that the pointer is dragged over. */
  dragged() {
    let from = -1;
    const at = event => {
      const { left, width } = this.histogram.getBoundingClientRect();
      return Math.max(0, Math.min(this.bars.length - 1, Math.floor(this.bars.length * (event.clientX - left) / width)));
    };
    const range = event => [Math.min(from, at(event)), Math.max(from, at(event))];
    const preview = (first, last) => [...this.histogram.children].forEach((item, b) => item.classList.toggle("over", b >= first && b <= last));
    const end = () => {
      from = -1;
      preview(0, -1);
    };
    this.histogram.addEventListener("pointerdown", event => {
      this.wasDragged = false;
      from = event.button === 0 ? at(event) : -1;
    });
    this.histogram.addEventListener("pointermove", event => {
      if (from >= 0 && at(event) !== from) {
        this.histogram.setPointerCapture(event.pointerId);
        preview(...range(event));
      }
    });
    this.histogram.addEventListener("pointercancel", end);
    this.histogram.addEventListener("pointerup", event => {
      const [first, last] = range(event);
      if (from >= 0 && first < last) {
        this.wasDragged = true;
        setTimeout(() => (this.wasDragged = false)); // the click of this drag comes before
        this.charts.choose(this, this.bars.map((_, b) => b).filter(b => b >= first && b <= last));
      }
      end();
    });
  }
}

// The map's filter: by a query for any field, by label, prediction and certainty, and by the legend's entries.

import { h, latest, numbers, attempt } from "./dom.js";
import { WHOLE } from "./colours.js";
import { FieldCharts } from "./field-charts.js";
import { MapExports } from "./map-exports.js";
import { QueryField, written } from "./query-field.js";

const CERTAINTIES = [["", "any certainty"], ["-0.5", "below 50 %"], ["0.5", "50 % and more"], ["0.8", "80 % and more"], ["0.95", "95 % and more"]];
const EXAMPLES = "A word is searched in file and folder names. Examples: class:cat, class:\"tabby cat\", certainty<50%, "
  + "-label:none, class:cat or class:dog. All terms must hold, unless they are joined by or.";
export class MapFilter {
  /** `changed(shown)` receives a value for each point, true if it is shown, or undefined if all are. */
  constructor(app, changed) {
    this.app = app;
    this.changed = changed;
    this.legend = { column: "", values: new Set() };
    this.newest = latest(tests => this.passing(tests));
    this.search = new QueryField(app, "map-search", () => this.apply(), { "aria-describedby": "map-fields-help" });
    const select = (id, label) => h("select", { id, "aria-label": label, onchange: () => this.apply() });
    this.label = select("map-label", "Label");
    this.prediction = select("map-prediction", "Prediction");
    this.certainty = select("map-certainty", "Certainty");
    this.certainty.append(...CERTAINTIES.map(([value, words]) => h("option", { value }, words)));
    this.all = h("button", { type: "button", hidden: true, onclick: () => this.clear() }, "Show all");
    this.count = h("span", { className: "quiet", role: "status" });
    this.charts = new FieldCharts(app, this);
    this.exports = new MapExports(app);
    const names = app.state.fields.map(field => written(field) + (field.numeric ? " (number)" : "")).join(", ");
    // The place of the filter's errors, which stay until the next filter.
    this.element = h("div", {}, h("div", { className: "row filter", role: "group", "aria-label": "Filter" },
      h("label", { for: "map-search", className: "visually-hidden" }, "Filter by name or any field"), this.search.input, this.search.completions,
      this.label, this.prediction, this.certainty, this.all, this.count, this.exports.element,
      h("details", { className: "quiet" }, h("summary", {}, "Fields"),
        h("div", { id: "map-fields-help" }, h("p", {}, `Fields: ${names}.`), h("p", {}, EXAMPLES)))));
    this.refresh();
  }

  /** Offers the labels and classes that there are now. */
  refresh() {
    const { labels, head } = this.app.state;
    this.follow();
    this.fill(this.label, ["any label", "without a label", ...labels.names]);
    this.fill(this.prediction, ["any prediction", ...(head?.classes ?? [])]);
    this.prediction.hidden = this.certainty.hidden = !head;
    this.label.hidden = labels.names.length === 0;
  }

  /** Offers what there is now, and shows and hides points by it. */
  update() {
    this.refresh();
    this.charts.reload();
    if (this.tests(this.search.query).length > 0 || !this.all.hidden) {
      this.apply();
    }
  }

  /** The names of a column's values, where they may change. */
  namesOf(column) {
    const { labels, head } = this.app.state;
    return { label: labels.names, prediction: head?.classes ?? [] }[column];
  }

  /** Keeps the legend's choice by name when labels get other numbers; a label that was renamed has its old number. */
  follow() {
    if (this.app.state.progress.stage !== "READY") {
      return;
    }
    const { column, values, names } = this.legend;
    const now = this.namesOf(column);
    if (names && now && JSON.stringify(names) !== JSON.stringify(now)) {
      const renamed = value => now.length === names.length && !names.includes(now[value]) && !now.includes(names[value]);
      const moved = [...values].map(value => (value < 0 || renamed(value) ? value : now.indexOf(names[value])));
      this.legend = { column, values: new Set(moved.filter(value => value >= 0 || values.has(value))), names: now };
    }
  }

  fill(select, names) {
    const before = select.selectedOptions[0]?.textContent;
    select.replaceChildren(...names.map(name => h("option", {}, name)));
    select.selectedIndex = Math.max(0, names.indexOf(before));
  }

  /** Shows or hides a legend entry's points; with none chosen all are shown. */
  toggle(column, value) {
    if (this.legend.column !== column) {
      this.legend = { column, values: new Set(), names: this.namesOf(column) };
    }
    if (!this.legend.values.delete(value)) {
      this.legend.values.add(value);
    }
    return this.apply();
  }

  isChosen(column, value) {
    return this.legend.column === column && this.legend.values.has(value);
  }

  clear() {
    this.legend = { column: "", values: new Set() };
    this.search.clear();
    this.label.selectedIndex = this.prediction.selectedIndex = this.certainty.selectedIndex = 0;
    return this.apply();
  }

  /** Shows the pictures of another query. */
  ask(query) {
    this.search.set(query);
    return this.apply();
  }

  /** Returns the tests of a point, each with the column of values it needs. */
  tests(query) {
    const tests = [];
    if (query) {
      tests.push([`api/matches?query=${encodeURIComponent(query)}`, value => value === 1]);
    }
    if (this.legend.values.size > 0) {
      const { column, values } = this.legend;
      tests.push([`api/column/${column}`, value => values.has(value)]);
    }
    if (this.label.selectedIndex > 0) {
      tests.push(["api/column/label", value => value === this.label.selectedIndex - 2]);
    }
    if (this.prediction.selectedIndex > 0) {
      tests.push(["api/column/prediction", value => value === this.prediction.selectedIndex - 1]);
    }
    if (this.certainty.value) {
      const limit = Number(this.certainty.value) * WHOLE;
      tests.push(["api/column/confidence", value => (limit < 0 ? value < -limit : value >= limit)]);
    }
    return tests;
  }

  /** Returns as `shown` a value for each point, true if it passes all tests; without tests it is undefined. */
  async passing(tests) {
    const columns = await Promise.all(tests.map(([path]) => numbers(path, Int16Array)));
    const shown = columns[0] && Uint8Array.from(columns[0], (_, i) => tests.every(([, test], t) => test(columns[t][i])));
    return { shown };
  }

  async apply() {
    const tests = this.tests(this.search.query);
    const passing = await attempt(() => this.newest(tests), this.element);
    if (!passing) {
      return; // failed, or the filter has changed meanwhile
    }
    this.all.hidden = tests.length === 0;
    const { shown } = passing;
    const n = shown?.reduce((sum, one) => sum + one, 0);
    this.count.textContent = shown ? `${n.toLocaleString("en")} of ${shown.length.toLocaleString("en")} shown` : "";
    this.shown = shown;
    this.exports.show(shown);
    this.changed(shown);
    this.charts.update();
  }
}

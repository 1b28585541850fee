// Line charts of numbers against steps, one line per run, with uPlot.

import uPlot from "./lib/uplot.js";
import { h } from "./dom.js";
import { onTheme, themed } from "./colours.js";

const HEIGHT = 190;
/** Distances of axis numbers between steps, which have no fractions. */
const WHOLE_STEPS = Array.from({ length: 12 }, (_, power) => [1, 2, 5].map((first) => first * 10 ** power)).flat();

/** A line chart whose data can be replaced. `series`: [{label, colour, dash?, band?}]; a colour may be one of the style sheet. */
export class LineChart {
  constructor(title, explanation, format) {
    this.title = title;
    this.format = format;
    this.holder = h("div", { className: "plot", role: "img", "aria-label": title });
    this.element = h("figure", { className: "chart" },
      h("figcaption", {}, h("strong", {}, title), " ", h("span", { className: "quiet" }, explanation)), this.holder);
    this.signature = "";
    new ResizeObserver(() => this.plot && this.holder.clientWidth > 0
      && this.plot.setSize({ width: this.holder.clientWidth, height: HEIGHT })).observe(this.holder);
    onTheme(() => {
      this.signature = "";
      this.data && this.show(this.series, this.data, this.unit);
    });
  }

  /** Draws; `data` is [x, y1, y2, ...]. */
  show(series, data, unit = "step") {
    Object.assign(this, { series, data, unit });
    const signature = JSON.stringify([series, unit]);
    if (signature !== this.signature) {
      this.plot?.destroy();
      this.plot = new uPlot(this.options(series, unit), data, this.holder);
      this.signature = signature;
    } else {
      this.plot.setData(data);
    }
    this.holder.setAttribute("aria-label", `${this.title}. ${this.summary()}`);
  }

  summary() {
    return this.series.map((one, i) => {
      const values = this.data[i + 1];
      let last = values.length - 1;
      while (last >= 0 && values[last] == null) {
        last--;
      }
      return last < 0 ? "" : `${one.label}: ${this.format(values[last])} at ${this.unit} ${+this.data[0][last].toPrecision(6)}`;
    }).filter(text => text).join("; ");
  }

  options(series, unit) {
    const axis = { stroke: themed("--quiet"), grid: { stroke: themed("--line"), width: 1 }, ticks: { show: false },
      font: "12px system-ui, sans-serif" };
    return {
      width: Math.max(200, this.holder.clientWidth),
      height: HEIGHT,
      cursor: { points: { size: 7 }, y: false },
      legend: { live: true, markers: { dash: (_, i) => series[i - 1]?.style ?? "solid" } },
      scales: { x: { time: false } },
      axes: [{ ...axis, size: 30, ...(unit === "step" ? { incrs: WHOLE_STEPS } : {}) }, { ...axis, size: 52, values: (_, ticks) => ticks.map(tick => this.format(tick).replace(/\.0+ %$/, " %")) }],
      series: [
        { label: unit },
        ...series.map(one => ({
          label: one.label,
          stroke: one.colour.startsWith("--") ? themed(one.colour) : one.colour,
          width: one.width ?? 1.6,
          dash: one.dash,
          spanGaps: true,
          points: { show: one.points ?? false, size: 6 },
          value: (_, value) => (value == null ? "–" : this.format(value)),
        })),
      ],
      bands: series.flatMap((one, i) => (one.band ? [{ series: [i + 1, i + 2], fill: `${one.band}33` }] : [])),
    };
  }
}

export const join = tables => uPlot.join(tables);

// The Training view: curves of the runs, updated while they train.

import { h, count, sentence } from "./dom.js";
import { LineChart, join } from "./charts.js";
import { line } from "./colours.js";
import { RunList } from "./run-list.js";

const inPercent = value => `${(100 * value).toFixed(1)} %`;
const short = value => `${+value.toPrecision(4)}`;
const BETTER = { higher: " Higher is better.", lower: " Lower is better.", neither: "" };

/** Charts that do not depend on the objective: file, column, title, explanation, format. */
const BEFORE = [["metrics", "loss", "Loss", "The objective. Lower is better.", short]];
const AFTER = [
  ["epochs", "alignment", "Alignment", "Mean squared distance of two views.", short],
  ["epochs", "uniformity", "Uniformity", "Lower is more uniform.", short],
  ["monitor", "top1", "kNN accuracy", "On samples held out of training.", inPercent],
  ["quality", "infonce", "InfoNCE", "How surely one view of a sample is found by another, in nats. Higher is better; points at or below zero show no information and are left out.", short],
  ["quality", "rankme", "RankMe", "Effective rank of the embeddings of a fixed sample.", short],
  ["quality", "lidar", "LiDAR", "Directions in which samples differ more than their views.", short],
  ["quality", "view_capacity", "View capacity", "Samples per dimension that are separable in spite of their views.", short],
  ["metrics", "views_per_second", "Views per second", "", value => count(Math.round(value))],
  ["metrics", "learning_rate", "Learning rate", "", short],
];

const figures = run => run.objective?.figures ?? [];

/** Returns the charts: one per figure of the runs' objectives, and those that every objective has. */
function chartsOf(runs) {
  const all = new Map(runs.flatMap(figures).map(figure => [figure.name, figure]));
  const described = [...all.values()].map(figure => ["metrics", figure.name, figure.title,
    sentence(figure.description) + BETTER[figure.better], figure.fraction ? inPercent : short]);
  return [...described.slice(0, 1), ...BEFORE, ...described.slice(1), ...AFTER];
}

/** Returns the reference values of a column, each once; those that differ between runs are named after the run. */
function levelsOf(runs, column) {
  const levels = new Map();
  for (const [run, i] of runs) {
    for (const { title, value } of figures(run).find(figure => figure.name === column)?.references ?? []) {
      levels.set(`${title} ${value}`, levels.get(`${title} ${value}`) ?? { title, value, run, i });
    }
  }
  return [...levels.values()].map(level => {
    const alone = [...levels.values()].filter(other => other.title === level.title).length === 1;
    return { value: level.value, series: {
      label: alone ? level.title : `${level.title}, ${level.run.name}`,
      colour: alone ? "--quiet" : line(level.i).colour, dash: [6, 4], width: 1.2 } };
  });
}

/** Returns the values of a column that are drawn: InfoNCE is a lower bound, which shows nothing at or below zero. */
const drawn = (columns, column) => (column === "infonce"
  ? columns?.[column]?.map(value => (value > 0 ? value : null)) : columns?.[column]);

/** Returns an exponential moving average of values with gaps, corrected for its start. */
function smoothed(values, memory) {
  let [sum, weight] = [0, 0];
  return memory === 0 ? values : values.map(value => {
    if (value == null) {
      return null;
    }
    sum = memory * sum + (1 - memory) * value;
    weight = memory * weight + 1 - memory;
    return sum / weight;
  });
}

/** Returns the minutes that the steps up to each step of a file took, from the run's metrics. */
function minutesAt(steps, metrics) {
  let i = 0;
  return steps.map(step => {
    while (i < (metrics?.step?.length ?? 0) - 1 && metrics.step[i] < step) {
      i++;
    }
    return (metrics?.elapsed?.[i] ?? 0) / 60;
  });
}

export function mount(section, app) {
  const axis = h("select", { id: "axis", onchange: () => draw() },
    h("option", { value: "step" }, "steps"), h("option", { value: "minutes" }, "minutes"));
  const smoothing = h("select", { id: "smoothing", onchange: () => draw() },
    [["0", "none"], ["0.8", "some"], ["0.95", "much"]].map(([value, words]) => h("option", { value }, words)));
  const list = new RunList(app, () => draw());
  const grid = h("div", { className: "charts" });
  const empty = h("p", { className: "empty" });
  section.append(h("div", { className: "view-head" }, h("h1", {}, "Training"), h("label", {}, "Axis ", axis),
    h("label", {}, "Smoothing ", smoothing)), list.element, empty, grid);
  const charts = new Map();

  const chartOf = ([file, column, title, explanation, format]) => {
    const key = `${file}/${column}`;
    if (!charts.has(key)) {
      charts.set(key, new LineChart(title, explanation, format));
    }
    return charts.get(key);
  };

  function draw() {
    const shown = [];
    const chosen = app.runs.map((run, i) => [run, i]).filter(([, i]) => list.shows(i));
    for (const described of chartsOf(chosen.map(([run]) => run))) {
      const [file, column] = described;
      const present = chosen.map(([run, i]) => [run, i, app.lines.get(`${i}/${file}`)])
        .filter(([, , columns]) => drawn(columns, column)?.some(value => value != null));
      if (present.length === 0) {
        continue;
      }
      const chart = chartOf(described);
      const levels = levelsOf(present, column);
      const memory = file === "metrics" ? Number(smoothing.value) : 0;
      const places = (columns, i) => (axis.value === "step" ? columns.step : minutesAt(columns.step, app.lines.get(`${i}/metrics`)));
      const data = join(present.map(([, i, columns]) => [places(columns, i), smoothed(drawn(columns, column), memory)]));
      const series = present.map(([run, i]) => ({ label: run.name, ...line(i), points: file !== "metrics" }));
      if (grid.children[shown.length] !== chart.element) {
        grid.insertBefore(chart.element, grid.children[shown.length] ?? null);
      }
      chart.show([...series, ...levels.map(level => level.series)],
        [...data, ...levels.map(level => data[0].map(() => level.value))], axis.value);
      shown.push(chart.element);
    }
    [...grid.children].slice(shown.length).forEach(element => element.remove());
    empty.hidden = shown.length > 0;
    empty.textContent = chosen.length === 0 && app.runs.length > 0 ? "No run is shown. Choose one above, or All."
      : "No steps yet. The curves appear after the first step.";
  }

  let waiting = false;
  function drawSoon() {
    if (!waiting) {
      waiting = true;
      setTimeout(() => {
        waiting = false;
        draw();
      }, 150);
    }
  }

  const refresh = () => {
    list.update();
    drawSoon();
  };
  app.on("lines", refresh);
  app.on("runs", refresh);
  return {
    shown(argument) {
      list.fromAddress(argument);
      drawSoon();
    },
  };
}

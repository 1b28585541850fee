// Training: curves of the runs, growing while they train.

import { h, count, many } from "./dom.js";
import { LineChart, join } from "./charts.js";
import { colour, themed } from "./colours.js";

const CHARTS = [
  ["metrics", "percent_error", "Percent error", "distance from the bound; dashed: uniform points",
    value => `${(100 * value).toFixed(1)} %`],
  ["metrics", "loss", "Loss", "minus the nuclear norm of the centroids", value => value.toFixed(1)],
  ["metrics", "mean_squared_centroid_norm", "Agreement of views", "1 when the views of a picture coincide",
    value => value.toFixed(2)],
  ["metrics", "effective_rank", "Effective rank", "directions the centroids use", value => value.toFixed(0)],
  ["epochs", "alignment", "Alignment", "distance of two views, squared", value => value.toFixed(2)],
  ["epochs", "uniformity", "Uniformity", "lower is more spread out", value => value.toFixed(3)],
  ["monitor", "top1", "Nearest-neighbour accuracy", "on pictures kept out of training", value => `${(100 * value).toFixed(1)} %`],
  ["metrics", "views_per_second", "Views a second", "", value => count(Math.round(value))],
];

export function mount(section, app) {
  const list = h("ul", { className: "runs" });
  const grid = h("div", { className: "charts" });
  const empty = h("p", { className: "empty" },
    "No steps yet. The curves appear here as soon as the run has taken its first step.");
  section.append(h("h1", {}, "Training"), list, empty, grid);
  const charts = CHARTS.map(([file, column, title, explanation, format]) => ({
    file, column, chart: new LineChart(title, explanation, format),
  }));

  const describe = run => h("li", {},
    h("span", { className: "dot" }),
    h("strong", {}, run.name), " ",
    h("span", { className: `badge ${run.status}` }, run.status), " ",
    h("span", { className: "quiet" }, [
      run.pictures ? many(run.pictures, "picture") : "",
      `${run.batch} × ${run.views} views, ${run.dimension} dimensions`,
      run.minutes ? `${run.minutes.toFixed(1)} min` : "",
      `seed ${run.seed}`,
    ].filter(part => part).join(" · ")));

  function showRuns() {
    list.replaceChildren(...app.runs.map(describe));
    for (const [i, dot] of [...list.querySelectorAll(".dot")].entries()) {
      dot.style.background = colour(i);
    }
  }

  function draw() {
    let any = false;
    for (const { file, column, chart } of charts) {
      const present = app.runs.map((run, i) => [run, i, app.lines.get(`${i}/${file}`)])
        .filter(([, , columns]) => columns?.[column]?.length > 0);
      if (present.length === 0) {
        chart.element.remove();
        continue;
      }
      any = true;
      const series = present.map(([run, i]) => ({ label: run.name, colour: colour(i), points: file !== "metrics" }));
      let data = join(present.map(([, , columns]) => [columns.step, columns[column]]));
      if (column === "percent_error") {
        const alike = new Set(present.map(([run]) => run.uniform)).size === 1;
        for (const [run, i] of alike ? present.slice(0, 1) : present) {
          series.push({ label: alike ? "uniform points" : `uniform points, ${run.name}`,
            colour: alike ? themed("--quiet") : colour(i), dash: [6, 4], width: 1.2 });
          data = [...data, data[0].map(() => run.uniform)];
        }
      }
      if (!chart.element.isConnected) {
        grid.append(chart.element);
      }
      chart.show(series, data);
    }
    // in the order of the list, whichever came first
    charts.filter(({ chart }) => chart.element.isConnected).forEach(({ chart }, i) => {
      if (grid.children[i] !== chart.element) {
        grid.insertBefore(chart.element, grid.children[i]);
      }
    });
    empty.hidden = any;
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

  app.on("lines", drawSoon);
  app.on("runs", () => {
    showRuns();
    drawSoon();
  });
  showRuns();
  return { shown: drawSoon };
}

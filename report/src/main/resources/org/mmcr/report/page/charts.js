/*
 * Line charts by uPlot, in the colours of the page; drawn again when the width or the colours change.
 * Lines have the colours of ChartStyle, whose test checks both palettes; series are the dots of the map.
 */
const LIGHT = { ink: "#1d2226", quiet: "#555f68", line: "#e3e5e7", series: ["#1f6fb4", "#c2571a", "#2f7d4f", "#8a4fbf", "#b3264b", "#5d6b00", "#0f7c86", "#7a5230", "#c2479a", "#2b3a8c"],
  lines: ["#0072b2", "#d55e00", "#332288", "#009e73", "#882255", "#1a1a1a", "#b22222"] };
const DARK = { ink: "#e6e8ea", quiet: "#a4adb5", line: "#2b3136", series: ["#6cb2f0", "#f0955c", "#6cc491", "#c79bf0", "#f07f9b", "#c3cf5a", "#5cc8d2", "#d3a983", "#f3a3d3", "#9aa8ff"],
  lines: ["#4a87c1", "#f36c2b", "#7a6cff", "#1e8e67", "#ced0ff", "#fffbda", "#f4ed39"] };
const darkQuery = matchMedia("(prefers-color-scheme: dark)");
const printing = () => document.documentElement.hasAttribute("data-print");
const palette = () => (darkQuery.matches && !printing() ? DARK : LIGHT);
/* Distances of axis numbers where fractions mean nothing, as between two steps. */
const WHOLE_NUMBERS = Array.from({ length: 12 }, (_, power) => [1, 2, 5].map((first) => first * 10 ** power)).flat();
const redraws = new Set();
const redrawAll = () => redraws.forEach((redraw) => redraw());
darkQuery.addEventListener("change", redrawAll);
addEventListener("beforeprint", () => { document.documentElement.setAttribute("data-print", ""); redrawAll(); });
addEventListener("afterprint", () => { document.documentElement.removeAttribute("data-print"); redrawAll(); });

const keyOf = (series) => {
  const list = el("ul", { class: "key" });
  const fill = () => list.replaceChildren(...series.map((one, i) =>
    el("li", {}, keyMark(colourOf(one, i), patternOf(one, i).border), one.name)));
  redraws.add(fill);
  fill();
  return list;
};
const keyMark = (colour, className) => {
  const mark = el("i", { class: className, "aria-hidden": "true" });
  mark.style.borderColor = colour;
  if (className === "dot") mark.style.background = colour;
  return mark;
};
const colourOf = (one, i) => (one.level ? palette().quiet : palette().lines[(one.colour ?? i) % palette().lines.length]);

/* Patterns of lines, so that colour is not all that distinguishes them: the border in the key, the dashes in the chart. */
const PATTERNS = [{ border: "" }, { border: "dashed", dash: [10, 4] }, { border: "dotted", dash: [2, 3] }];
const patternOf = (one, i) => (one.level ? { border: one.dash ? "dashed" : "", dash: one.dash ? [6, 5] : undefined } : PATTERNS[(one.colour ?? i) % PATTERNS.length]);

/*
 * series: [{name, x, y, low?, high?, dash?, level?, colour?, points?}]; options: {x, y, percent?, log?, height?, description, from0?}
 * A level is a horizontal line over the whole width; low and high are the ends of a band.
 */
const chart = (series, options) => {
  const drawn = series.filter((one) => one.x.length);
  const place = el("div", { class: "chart", role: "img", "aria-label": options.description });
  const banded = drawn.flatMap((one, i) => (one.low ? [{ x: one.x, y: one.high, of: i }, { x: one.x, y: one.low, of: i }] : []));
  const tables = [...drawn, ...banded].map((one) => [one.x, one.y]);
  const data = tables.length === 1 ? tables[0] : uPlot.join(tables);
  let plot;
  const draw = () => {
    const colours = palette();
    const font = "12px system-ui, sans-serif";
    const axis = (label, size, values) => ({
      label, labelSize: 20, labelFont: font, font, size, stroke: colours.quiet, values,
      grid: { stroke: colours.line, width: 1 }, ticks: { stroke: colours.line, width: 1 },
    });
    const number = (v) => (options.percent ? `${+(100 * v).toPrecision(4)} %` : v.toLocaleString("en-US", { maximumSignificantDigits: 4 }));
    if (plot) plot.destroy();
    plot = new uPlot({
      width: chartWidth(place), height: options.height ?? 260,
      cursor: { show: false }, select: { show: false }, legend: { show: false },
      scales: {
        x: { time: false, ...(options.xRange ? { range: options.xRange } : {}) },
        y: options.log ? { distr: 3, log: 10 } : options.from0 ? { range: (u, low, high) => [0, high > 0 ? 1.06 * high : 1] } : {},
      },
      axes: [
        { ...axis(options.x, 34, (u, ticks) => ticks.map((v) => v.toLocaleString("en-US"))), ...(options.whole ? { incrs: WHOLE_NUMBERS } : {}) },
        axis(options.y, 62, (u, ticks) => ticks.map((v) => (v === null ? "" : number(v)))),
      ],
      series: [{}, ...drawn.map((one, i) => ({
        stroke: colourOf(one, i), width: one.level ? 1.5 : 2, dash: patternOf(one, i).dash, spanGaps: true,
        points: { show: one.points || one.x.length === 1, size: 5, fill: colourOf(one, i) },
      })), ...banded.map(() => ({ stroke: "transparent", points: { show: false }, spanGaps: true }))],
      bands: banded.flatMap((one, i) => (i % 2 ? [] : [{ series: [drawn.length + i + 1, drawn.length + i + 2], fill: `${colourOf(drawn[one.of], one.of)}33` }])),
    }, data, place);
  };
  let width = 0;
  new ResizeObserver(() => {
    if (place.clientWidth !== width) {
      width = place.clientWidth;
      draw();
    }
  }).observe(place);
  redraws.add(() => { if (width) draw(); });
  return [place, series.length > 1 ? keyOf(drawn) : null];
};

/* On paper the layout comes after drawing: charts are as wide as A4 and Letter leave room for. */
const chartWidth = (place) => {
  if (printing()) return place.closest(".pair") ? 330 : 680;
  return Math.max(240, place.clientWidth);
};

const level = (name, value, xs, dash = true) => ({ name, x: [xs[0], last(xs)], y: [value, value], level: true, dash });

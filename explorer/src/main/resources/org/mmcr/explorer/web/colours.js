// Colours of classes: distinct, and legible on light and dark backgrounds.

const SET = [
  "#4269d0", "#efb118", "#ff725c", "#6cc5b0", "#3ca951", "#ff8ab7", "#a463f2", "#97bbf5", "#9c6b4e", "#9498a0",
  "#b8503c", "#2e8b8b", "#c2a02c", "#7a52a8", "#5fa845", "#d9629b", "#386fa4", "#a88f6a", "#7fb2e5", "#c46f2d",
];

export const colour = index => SET[((index % SET.length) + SET.length) % SET.length];

/** Number of the colours of lines, `--series-0` and on in the style sheet, which ChartStyleTest checks. */
const LINES = 7;
const DASHES = [undefined, [10, 4], [2, 3]];
/** The same as borders, for keys. */
const STYLES = ["solid", "dashed", "dotted"];

/** The colour, a property of the style sheet, and the dashes of a run's line in a chart and of its mark in a key. */
export const line = index => ({ colour: `--series-${index % LINES}`, dash: DASHES[index % DASHES.length],
  style: STYLES[index % STYLES.length] });

/** Number of the shapes of a class's mark: disc, square, triangle, diamond. */
const SHAPES = 4;
const DISTINCT = 10;

/** The mark of a class: ten colours that are easy to tell apart in four shapes, so forty classes differ. */
export function mark(index) {
  return { colour: SET[index % DISTINCT], shape: Math.floor(index / DISTINCT) % SHAPES };
}

/** A class's mark as an element; -1 is the mark of none. */
export function markElement(index) {
  const dot = document.createElement("span");
  const { colour: css, shape } = index < 0 ? { colour: "var(--none)", shape: 0 } : mark(index);
  dot.className = `dot shape-${shape}`;
  dot.style.background = css;
  return dot;
}

/** [red, green, blue] in 0..255. */
export function rgb(hex) {
  return [1, 3, 5].map(at => parseInt(hex.slice(at, at + 2), 16));
}

/** The colour scale of certainty. */
export function ramp(fraction) {
  const stops = [[214, 87, 62], [239, 177, 24], [60, 150, 110]];
  const place = Math.max(0, Math.min(1, fraction)) * (stops.length - 1);
  const at = Math.min(stops.length - 2, Math.floor(place));
  return stops[at].map((from, i) => Math.round(from + (stops[at + 1][i] - from) * (place - at)));
}

/** The integer for the end of the colour scale in a column of a scale's values. */
export const WHOLE = 10000;

/**
 * Returns the colours, three bytes a point, and the shapes of a column's marks, and how many points have each value.
 * Values are indices of groups, or parts of WHOLE on a scale; negative is none.
 */
export function marksOf(values, isScale) {
  const counts = new Map();
  for (const value of values) {
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  const none = rgb(themed("--none"));
  const colours = new Map([...counts.keys()].map(value =>
    [value, value < 0 ? none : isScale ? ramp(value / WHOLE) : rgb(mark(value).colour)]));
  const bytes = new Uint8Array(3 * values.length);
  const shapes = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) {
    bytes.set(colours.get(values[i]), 3 * i);
    shapes[i] = values[i] < 0 || isScale ? 0 : mark(values[i]).shape;
  }
  return { counts, colours: bytes, shapes };
}

/** A colour of the style sheet. */
export const themed = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** Calls back when theme.js has changed between light and dark. */
export function onTheme(action) {
  addEventListener("themechange", action);
}

/* Elements from text: the contents of a document become text, never markup. */
const el = (name, attributes = {}, ...children) => {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined) node.setAttribute(key, value);
  }
  node.append(...children.flat().filter((child) => child !== undefined && child !== null));
  return node;
};

const isNumber = (value) => typeof value === "number" && Number.isFinite(value);
const percent = (fraction, digits = 1) => (isNumber(fraction) ? `${(100 * fraction).toFixed(digits)} %` : "–");
const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? "" : ".");
const count = (n) => (isNumber(n) ? Math.round(n).toLocaleString("en-US") : "–");
const fixed = (value, digits = 3) => (isNumber(value) ? value.toFixed(digits) : "–");
const plural = (n, one, many) => `${count(n)} ${n === 1 ? one : many}`;
const duration = (seconds) => {
  if (!isNumber(seconds)) return "–";
  if (seconds < 90) return `${seconds.toFixed(0)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
};
const last = (values) => (values && values.length ? values[values.length - 1] : undefined);
const lastPart = (path) => path.replace(/[\\/]+$/, "").split(/[\\/]/).pop() || path;

/* The last part of each path, with more of it where paths coincide. */
const shortNames = (paths) => {
  const parts = paths.map((path) => path.replace(/[\\/]+$/, "").split(/[\\/]/));
  const end = (one, depth) => one.slice(-depth).join("/");
  return parts.map((own, i) => {
    const taken = (depth) => parts.some((other, j) => j !== i && end(other, depth) === end(own, depth));
    let depth = 1;
    while (depth < own.length && taken(depth)) depth++;
    return end(own, depth);
  });
};

const section = (title, ...children) => el("section", {}, el("h2", {}, title), ...children);
const figure = (title, reading, ...children) =>
  el("figure", {}, el("h3", {}, title), ...children, el("figcaption", {}, reading));

/* Text whose numbers stay with their percent sign when lines break. */
const unbroken = (text) => text.replaceAll(" %", "\u00a0%");

/* A table that scrolls by itself if it is wider than the page. */
const scroll = (name, table) => el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": name }, table);

const table = (caption, head, rows, className) =>
  el("table", { class: className },
    el("caption", {}, caption),
    el("thead", {}, el("tr", {}, head.map((cell) => el("th", { scope: "col" }, cell)))),
    el("tbody", {}, rows.map(([first, ...cells]) => el("tr", {}, el("th", { scope: "row" }, first),
      cells.map((cell) => (cell instanceof Node ? cell : el("td", {}, cell)))))));

const facts = (caption, rows) => scroll(caption, el("table", { class: "facts" },
  el("caption", {}, caption),
  el("tbody", {}, rows.filter(([, value]) => value !== undefined && value !== null && value !== "")
    .map(([name, value]) => el("tr", {}, el("th", { scope: "row" }, name), el("td", {}, String(value)))))));

const tiles = (items) => el("dl", { class: "tiles" }, items.map(([name, value, note]) =>
  el("div", {}, el("dt", {}, name), el("dd", {}, value, note ? el("small", {}, unbroken(note)) : null))));

// What lies over the map's points: names of groups, and thumbnails once few points are in view.

import { h, thumbnail } from "./dom.js";

/** Number of points in view from which on no thumbnails are shown. */
const MOST_IN_VIEW = 400;
/** Zoom from which on thumbnails are shown. */
const LEAST_ZOOM = 1.9;
/** Side of a thumbnail and its gap, CSS pixels. */
const SIDE = 48;
const MOST_NAMES = 16;
/** Cells along each side of the grid in which a group's densest place is found. */
const CELLS = 16;

/** Returns where the middle of a name goes, in CSS, so that no edge of the map cuts the name. */
function inside(place, size) {
  return `clamp(50%, ${Math.round(place)}px, ${Math.round(size)}px - 50%)`;
}

export class MapOverlay {
  /** `pictureOf(index, alt, properties)` makes the element of a thumbnail; null for no thumbnails. */
  constructor(cloud, pictureOf = thumbnail) {
    this.cloud = cloud;
    this.pictureOf = pictureOf;
    this.element = h("div", { className: "overlay" });
    this.element.setAttribute("aria-hidden", "true");
    this.names = [];
    this.thumbs = new Map();
  }

  /** Names groups; `values` has a group for each point, `nameOf` its name. */
  setGroups(values, nameOf) {
    this.names.forEach(name => name.element.remove());
    this.names = [];
    if (values) {
      const places = this.densest(values);
      for (const [value, { x, y }] of places.slice(0, MOST_NAMES)) {
        this.names.push({ x, y, element: h("span", { className: "group-name" }, nameOf(value)) });
      }
      this.element.append(...this.names.map(name => name.element));
    }
    this.place();
  }

  /** Returns the mean of the points in the densest cell of each group, the largest group first. */
  densest(values) {
    const { all, shown } = this.cloud;
    const cells = new Map();
    const sizes = new Map();
    for (let i = 0; i < values.length; i++) {
      if (values[i] < 0 || (shown && !shown[i])) {
        continue;
      }
      const [x, y] = [all[2 * i], all[2 * i + 1]];
      const key = (values[i] * CELLS + Math.floor((y + 1) / 2 * (CELLS - 1))) * CELLS + Math.floor((x + 1) / 2 * (CELLS - 1));
      const cell = cells.get(key) ?? { value: values[i], n: 0, x: 0, y: 0 };
      cells.set(key, { value: cell.value, n: cell.n + 1, x: cell.x + x, y: cell.y + y });
      sizes.set(values[i], (sizes.get(values[i]) ?? 0) + 1);
    }
    const best = new Map();
    for (const { value, n, x, y } of cells.values()) {
      if (n > (best.get(value)?.n ?? 0)) {
        best.set(value, { n, x: x / n, y: y / n });
      }
    }
    return [...best].sort((a, b) => sizes.get(b[0]) - sizes.get(a[0]));
  }

  /** Follows the points after a repaint. */
  painted() {
    this.place();
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.showThumbs(), 120);
  }

  place() {
    const { width, height } = this.cloud;
    const taken = [];
    for (const { x, y, element } of this.names) {
      const [px, py] = this.cloud.placeOf(x, y);
      const free = taken.every(([ox, oy]) => Math.abs(px - ox) > 76 || Math.abs(py - oy) > 18);
      element.hidden = !free || px < 0 || py < 0 || px > width || py > height;
      if (!element.hidden) {
        taken.push([px, py]);
        element.style.transform = `translate(${inside(px, width)}, ${inside(py, height)}) translate(-50%, -50%)`;
      }
    }
    for (const [index, element] of this.thumbs) {
      const [px, py] = this.cloud.toScreen(index);
      element.style.transform = `translate(${Math.round(px - SIDE / 2)}px, ${Math.round(py - SIDE / 2)}px)`;
    }
  }

  showThumbs() {
    const wanted = new Set(this.pictureOf && this.cloud.zoom >= LEAST_ZOOM ? this.chosen() : []);
    for (const [index, element] of this.thumbs) {
      if (!wanted.has(index)) {
        element.remove();
        this.thumbs.delete(index);
      }
    }
    const { rgb } = this.cloud;
    for (const index of wanted) {
      if (!this.thumbs.has(index)) {
        this.thumbs.set(index, this.pictureOf(index, "", { loading: "eager" }));
        this.element.prepend(this.thumbs.get(index));
      }
      if (rgb) {
        this.thumbs.get(index).style.borderColor = `rgb(${rgb.slice(3 * index, 3 * index + 3).join(",")})`;
      }
    }
    this.place();
  }

  /** Returns points in view whose thumbnails do not overlap; those that are shown already come first. */
  chosen() {
    const inView = this.cloud.inView();
    if (inView.length > MOST_IN_VIEW) {
      return [];
    }
    inView.sort((a, b) => this.thumbs.has(b) - this.thumbs.has(a));
    const taken = [];
    for (const index of inView) {
      const [x, y] = this.cloud.toScreen(index);
      if (taken.every(other => Math.abs(other.x - x) > SIDE || Math.abs(other.y - y) > SIDE)) {
        taken.push({ index, x, y });
      }
    }
    return taken.map(one => one.index);
  }
}

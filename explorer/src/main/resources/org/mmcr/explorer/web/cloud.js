// A scatter plot with pan, zoom, hover and lasso.

import { dotsOn } from "./dots.js";
import { Gestures } from "./gestures.js";
import { PointGrid } from "./point-grid.js";

/** Distance from the pointer, in pixels, up to which a point is hit. */
const REACH = 14;

/** A fixed pseudo-random permutation of 0 to n - 1. */
function shuffled(n) {
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  let state = 12345;
  for (let i = n - 1; i > 0; i--) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const j = state % (i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

export class Cloud {
  /**
   * @param canvas the canvas
   * @param on callbacks {hover(index), pick(index, add), outline(path), lasso(indices)}
   * @param dots the renderer
   */
  constructor(canvas, on, dots = dotsOn(canvas)) {
    this.canvas = canvas;
    this.on = on;
    this.dots = dots;
    this.centre = [0, 0];
    this.zoom = 0.94;
    this.lassoing = false;
    new Gestures(this);
    new ResizeObserver(() => this.resize()).observe(canvas.parentElement);
  }

  /** Sets the points; xy: x0, y0, x1, y1, ..., in -1..1. */
  setPoints(xy) {
    const n = xy.length / 2;
    this.order = shuffled(n); // so that the last class does not cover the first
    this.xy = new Float32Array(2 * n);
    this.tints = new Uint8Array(4 * n).fill(140);
    this.dots.set(this.xy, this.tints);
    this.setMarked([]);
    this.movePoints(xy);
    this.resize();
  }

  /** Moves the points to new coordinates. */
  movePoints(xy) {
    this.grid = new PointGrid(xy);
    this.order.forEach((point, i) => {
      this.xy[2 * i] = xy[2 * point];
      this.xy[2 * i + 1] = xy[2 * point + 1];
    });
    this.changed();
  }

  /** Sets the colours; rgb: three bytes per point. */
  setColours(rgb) {
    this.order.forEach((point, i) => {
      for (let c = 0; c < 3; c++) {
        this.tints[4 * i + c] = rgb[3 * point + c];
      }
    });
    this.changed();
  }

  /** Draws rings around the points with these indices, and only these. */
  setMarked(indices) {
    const marked = new Set(indices);
    this.order.forEach((point, i) => (this.tints[4 * i + 3] = marked.has(point) ? 255 : 0));
    this.changed();
  }

  changed() {
    this.dots.changed();
    this.draw();
  }

  /** Sets the colours of the rings and of the background. */
  setTheme(ring, ground) {
    this.dots.setColours(ring, ground);
    this.draw();
  }

  resize() {
    const { clientWidth: width, clientHeight: height } = this.canvas.parentElement;
    if (width === 0 || height === 0) {
      return;
    }
    this.width = width;
    this.height = height;
    this.dots.resize(width, height, this.ratio());
    this.draw();
  }

  /** Returns device pixels per CSS pixel. */
  ratio() {
    return Math.min(2, devicePixelRatio);
  }

  /** Schedules one repaint for the next frame. */
  draw() {
    this.pending ??= requestAnimationFrame(() => {
      this.pending = undefined;
      this.paint();
    });
  }

  paint() {
    if (this.grid && this.width) {
      const base = Math.max(2.4, Math.min(9, 600 / Math.sqrt(this.grid.size)));
      this.dots.paint(this.centre, this.span(), base * Math.min(3, Math.sqrt(this.zoom)) * this.ratio());
    }
  }

  /** Returns half of the visible extent, in map units. */
  span() {
    const aspect = this.width / this.height;
    return aspect > 1 ? { x: aspect / this.zoom, y: 1 / this.zoom } : { x: 1 / this.zoom, y: 1 / aspect / this.zoom };
  }

  toMap(px, py) {
    const { x, y } = this.span();
    return [this.centre[0] + (2 * px / this.width - 1) * x, this.centre[1] + (1 - 2 * py / this.height) * y];
  }

  toScreen(index) {
    const { x, y } = this.span();
    const { xy } = this.grid;
    return [((xy[2 * index] - this.centre[0]) / x + 1) / 2 * this.width,
      (1 - (xy[2 * index + 1] - this.centre[1]) / y) / 2 * this.height];
  }

  zoomAt(factor, px = this.width / 2, py = this.height / 2) {
    const before = this.toMap(px, py);
    this.zoom = Math.max(0.5, Math.min(400, this.zoom * factor));
    const after = this.toMap(px, py);
    this.centre = [this.centre[0] + before[0] - after[0], this.centre[1] + before[1] - after[1]];
    this.draw();
  }

  /** Pans by a distance in pixels. */
  moveBy(px, py) {
    const { x, y } = this.span();
    this.centre = [this.centre[0] - px / this.width * 2 * x, this.centre[1] + py / this.height * 2 * y];
    this.draw();
  }

  reset() {
    this.centre = [0, 0];
    this.zoom = 0.94;
    this.draw();
  }

  /** Returns the point nearest to a position in pixels, -1 if none is in reach. */
  nearest(px, py, reach = REACH) {
    return this.grid.nearest(...this.toMap(px, py), reach * 2 * this.span().x / this.width);
  }

  /** Returns the points inside a polygon of positions in pixels. */
  inside(path) {
    return this.grid.inside(path.map(([px, py]) => this.toMap(px, py)));
  }
}

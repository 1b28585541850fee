// A scatter plot with pan, zoom, hover and lasso.

import { Gestures } from "./gestures.js";
import { PointGrid } from "./point-grid.js";

/** Distance from the pointer, in pixels, up to which a point is hit. */
const REACH = 14;
/** Largest ratio of the scales of both axes: the cloud is stretched up to this to use its frame. */
const STRETCH = 1.6;
/** The bit of a dot's fourth byte that marks it; the lower ones hold its shape. */
const MARKED = 128;
/** A place outside of every view. */
const AWAY = 1e6;

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
   * @param on callbacks {hover(index), pick(index, add), outline(path), lasso(indices, add), painted()}
   * @param dots the renderer
   */
  constructor(canvas, on, dots) {
    this.canvas = canvas;
    this.on = on;
    this.dots = dots;
    this.centre = [0, 0];
    this.zoom = 1;
    this.lassoing = false;
    this.middle = [0, 0];
    this.extent = [1, 1];
    this.gestures = new Gestures(this);
    new ResizeObserver(() => this.resize()).observe(canvas.parentElement);
  }

  /** Sets the points; xy: x0, y0, x1, y1, ..., in -1..1. */
  setPoints(xy) {
    const n = xy.length / 2;
    this.order = shuffled(n); // so that the last class does not cover the first
    this.xy = new Float32Array(2 * n);
    this.tints = new Uint8Array(4 * n).fill(120);
    this.dots.set(this.xy, this.tints);
    this.marked = new Set();
    this.movePoints(xy);
    this.resize();
  }

  /** Moves the points to new coordinates. */
  movePoints(xy) {
    this.all = xy;
    this.measure(xy);
    this.place();
    this.changed();
    this.reset();
  }

  /** Finds the middle and the half extent of the points. */
  measure(xy) {
    const [low, high] = [[Infinity, Infinity], [-Infinity, -Infinity]];
    xy.forEach((value, i) => {
      low[i % 2] = Math.min(low[i % 2], value);
      high[i % 2] = Math.max(high[i % 2], value);
    });
    this.middle = [0, 1].map(axis => (low[axis] + high[axis]) / 2);
    this.extent = [0, 1].map(axis => Math.max(1e-3, 1.06 * (high[axis] - low[axis]) / 2));
  }

  /** Shows only the points with a true value; undefined shows all. Points that are not shown cannot be hit. */
  setShown(shown) {
    this.shown = shown;
    this.place();
    this.changed();
  }

  place() {
    const { all, shown } = this;
    const isShown = point => !shown || shown[point];
    this.grid = new PointGrid(shown ? all.map((value, i) => (isShown(i >> 1) ? value : NaN)) : all);
    this.order.forEach((point, i) => {
      this.xy[2 * i] = isShown(point) ? all[2 * point] : AWAY;
      this.xy[2 * i + 1] = isShown(point) ? all[2 * point + 1] : AWAY;
    });
  }

  /** Sets colours and shapes; rgb: three bytes per point, shapes: one. */
  setColours(rgb, shapes) {
    this.rgb = rgb;
    this.shapes = shapes;
    this.order.forEach((point, i) => {
      for (let c = 0; c < 3; c++) {
        this.tints[4 * i + c] = rgb[3 * point + c];
      }
      this.tints[4 * i + 3] = shapes[point] + (this.marked.has(point) ? MARKED : 0);
    });
    this.changed();
  }

  /** Draws rings around the points with these indices, and only these. */
  setMarked(indices) {
    this.marked = new Set(indices);
    this.order.forEach((point, i) => (this.tints[4 * i + 3] = (this.shapes?.[point] ?? 0) + (this.marked.has(point) ? MARKED : 0)));
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
      this.on.painted();
    }
  }

  /** Returns half of the visible extent, in map units. */
  span() {
    let [scaleX, scaleY] = [this.width / this.extent[0], this.height / this.extent[1]];
    scaleX = Math.min(scaleX, STRETCH * scaleY);
    scaleY = Math.min(scaleY, STRETCH * scaleX);
    return { x: this.width / scaleX / this.zoom, y: this.height / scaleY / this.zoom };
  }

  toMap(px, py) {
    const { x, y } = this.span();
    return [this.centre[0] + (2 * px / this.width - 1) * x, this.centre[1] + (1 - 2 * py / this.height) * y];
  }

  toScreen(index) {
    return this.placeOf(this.all[2 * index], this.all[2 * index + 1]);
  }

  /** Returns the position in pixels of a place on the map. */
  placeOf(mapX, mapY) {
    const { x, y } = this.span();
    return [((mapX - this.centre[0]) / x + 1) / 2 * this.width, (1 - (mapY - this.centre[1]) / y) / 2 * this.height];
  }

  zoomAt(factor, px = this.width / 2, py = this.height / 2) {
    const before = this.toMap(px, py);
    this.zoom = Math.max(0.5, Math.min(2000, this.zoom * factor));
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
    this.centre = [...this.middle];
    this.zoom = 1;
    this.draw();
  }

  /** Returns the shown points within the frame. */
  inView() {
    return this.inside([[0, 0], [this.width, 0], [this.width, this.height], [0, this.height]]);
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

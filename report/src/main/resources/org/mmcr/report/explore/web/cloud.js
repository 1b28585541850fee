// A cloud of points drawn by WebGL: pan, zoom, the point under the pointer, lasso. 100,000 points are one draw call.

import * as THREE from "/lib/three.module.js";
import { Gestures } from "./gestures.js";
import { Places } from "./places.js";

const VERTEX = `
  attribute vec3 tint;
  attribute float mark;
  uniform float size;
  varying vec3 vTint;
  varying float vMark;
  void main() {
    vTint = tint;
    vMark = mark;
    gl_Position = projectionMatrix * modelViewMatrix * vec4(position, 1.0);
    gl_PointSize = size * (mark > 0.5 ? 1.7 : 1.0);
  }`;
const FRAGMENT = `
  varying vec3 vTint;
  varying float vMark;
  uniform vec3 ring;
  void main() {
    float r = length(gl_PointCoord - 0.5);
    if (r > 0.5) discard;
    vec3 colour = vMark > 0.5 && r > 0.32 ? ring : vTint;
    gl_FragColor = vec4(colour, vMark > 0.5 ? 1.0 : 0.85);
  }`;
/** Pixels around the pointer in which a point counts as meant. */
const REACH = 14;

/** 0 to n - 1 in an order without meaning, the same every time. */
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
  /** @param canvas where to draw; @param on {hover(index), pick(index, add), outline(path), lasso(indices)} */
  constructor(canvas, on) {
    this.canvas = canvas;
    this.on = on;
    this.renderer = new THREE.WebGLRenderer({ canvas, antialias: false, alpha: true, powerPreference: "low-power" });
    this.scene = new THREE.Scene();
    this.camera = new THREE.OrthographicCamera(-1, 1, 1, -1, -1, 1);
    this.material = new THREE.ShaderMaterial({
      vertexShader: VERTEX, fragmentShader: FRAGMENT, transparent: true, depthTest: false,
      uniforms: { size: { value: 4 }, ring: { value: new THREE.Color(0x111111) } },
    });
    this.centre = [0, 0];
    this.zoom = 0.94;
    this.lassoing = false;
    new Gestures(this);
    new ResizeObserver(() => this.resize()).observe(canvas.parentElement);
  }

  /** xy: x and y of each point in turn, in -1..1. */
  setPoints(xy) {
    this.places = new Places(xy);
    const n = this.places.size;
    this.geometry = new THREE.BufferGeometry();
    this.geometry.setAttribute("position", new THREE.BufferAttribute(new Float32Array(3 * n), 3));
    this.geometry.setAttribute("tint", new THREE.BufferAttribute(new Uint8Array(3 * n).fill(140), 3, true));
    this.geometry.setAttribute("mark", new THREE.BufferAttribute(new Uint8Array(n), 1));
    this.geometry.setIndex(new THREE.BufferAttribute(shuffled(n), 1)); // else the last class would cover the first
    const points = new THREE.Points(this.geometry, this.material);
    points.frustumCulled = false;
    this.scene.add(points);
    this.fillPositions();
    this.resize();
  }

  /** Other places for the same points. */
  movePoints(xy) {
    this.places = new Places(xy);
    this.fillPositions();
    this.draw();
  }

  fillPositions() {
    const { xy, size } = this.places;
    const positions = this.geometry.attributes.position;
    for (let i = 0; i < size; i++) {
      positions.array[3 * i] = xy[2 * i];
      positions.array[3 * i + 1] = xy[2 * i + 1];
    }
    positions.needsUpdate = true;
  }

  /** rgb: three bytes a point. */
  setColours(rgb) {
    this.geometry.attributes.tint.array.set(rgb);
    this.geometry.attributes.tint.needsUpdate = true;
    this.draw();
  }

  /** Rings around some points. */
  setMarked(indices) {
    const marks = this.geometry.attributes.mark;
    marks.array.fill(0);
    for (const i of indices) {
      marks.array[i] = 1;
    }
    marks.needsUpdate = true;
    this.draw();
  }

  setRing(hex) {
    this.material.uniforms.ring.value.set(hex);
    this.draw();
  }

  resize() {
    const { clientWidth: width, clientHeight: height } = this.canvas.parentElement;
    if (width === 0 || height === 0) {
      return;
    }
    this.width = width;
    this.height = height;
    this.renderer.setPixelRatio(Math.min(2, devicePixelRatio));
    this.renderer.setSize(width, height, false);
    this.draw();
  }

  /** Draws before the next frame, however often it is asked to. */
  draw() {
    this.pending ??= requestAnimationFrame(() => {
      this.pending = undefined;
      this.paint();
    });
  }

  paint() {
    if (!this.geometry || !this.width) {
      return;
    }
    const { x, y } = this.span();
    Object.assign(this.camera, {
      left: this.centre[0] - x, right: this.centre[0] + x, bottom: this.centre[1] - y, top: this.centre[1] + y,
    });
    this.camera.updateProjectionMatrix();
    const base = Math.max(2.4, Math.min(9, 600 / Math.sqrt(this.places.size)));
    this.material.uniforms.size.value = base * Math.min(3, Math.sqrt(this.zoom)) * Math.min(2, devicePixelRatio);
    this.renderer.render(this.scene, this.camera);
  }

  /** Half of what is seen, in map units. */
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
    const { xy } = this.places;
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

  /** Moves the map under the window, in pixels. */
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

  /** The point nearest to a place on the screen, -1 when none is in reach. */
  nearest(px, py, reach = REACH) {
    return this.places.nearest(...this.toMap(px, py), reach * 2 * this.span().x / this.width);
  }

  /** The points inside a polygon of places on the screen. */
  inside(path) {
    return this.places.inside(path.map(([px, py]) => this.toMap(px, py)));
  }
}

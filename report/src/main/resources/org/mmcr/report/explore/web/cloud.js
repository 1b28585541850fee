// A cloud of points drawn by WebGL: pan, zoom, the point under the pointer, lasso. 100,000 points are one draw call.

import * as THREE from "/lib/three.module.js";

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
const CELLS = 256;
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
  /** @param canvas where to draw; @param on {hover(index), pick(index), lasso(indices)} */
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
    this.pointers = new Map();
    this.listen();
    new ResizeObserver(() => this.resize()).observe(canvas.parentElement);
  }

  /** xy: x and y of each point in turn, in -1..1. */
  setPoints(xy) {
    this.xy = xy;
    const n = xy.length / 2;
    const positions = new Float32Array(3 * n);
    for (let i = 0; i < n; i++) {
      positions[3 * i] = xy[2 * i];
      positions[3 * i + 1] = xy[2 * i + 1];
    }
    this.geometry = new THREE.BufferGeometry();
    this.geometry.setAttribute("position", new THREE.BufferAttribute(positions, 3));
    this.geometry.setAttribute("tint", new THREE.BufferAttribute(new Uint8Array(3 * n).fill(140), 3, true));
    this.geometry.setAttribute("mark", new THREE.BufferAttribute(new Float32Array(n), 1));
    this.geometry.setIndex(new THREE.BufferAttribute(shuffled(n), 1)); // else the last class would cover the first
    const points = new THREE.Points(this.geometry, this.material);
    points.frustumCulled = false;
    this.scene.add(points);
    this.buildGrid();
    this.resize();
  }

  /** Other places for the same points. */
  movePoints(xy) {
    this.xy = xy;
    const positions = this.geometry.attributes.position;
    for (let i = 0; i < xy.length / 2; i++) {
      positions.setXY(i, xy[2 * i], xy[2 * i + 1]);
    }
    positions.needsUpdate = true;
    this.buildGrid();
    this.draw();
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
    const crowd = Math.sqrt(this.xy.length / 2);
    const base = Math.max(2.4, Math.min(9, 600 / crowd));
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
    return [((this.xy[2 * index] - this.centre[0]) / x + 1) / 2 * this.width,
      (1 - (this.xy[2 * index + 1] - this.centre[1]) / y) / 2 * this.height];
  }

  zoomAt(factor, px = this.width / 2, py = this.height / 2) {
    const before = this.toMap(px, py);
    this.zoom = Math.max(0.5, Math.min(400, this.zoom * factor));
    const after = this.toMap(px, py);
    this.centre = [this.centre[0] + before[0] - after[0], this.centre[1] + before[1] - after[1]];
    this.draw();
  }

  reset() {
    this.centre = [0, 0];
    this.zoom = 0.94;
    this.draw();
  }

  // A grid of cells with the points in each: the nearest point is found among a few.
  buildGrid() {
    const n = this.xy.length / 2;
    this.cellOf = (x, y) => Math.min(CELLS - 1, Math.max(0, Math.floor((y + 1) / 2 * CELLS))) * CELLS
      + Math.min(CELLS - 1, Math.max(0, Math.floor((x + 1) / 2 * CELLS)));
    this.starts = new Int32Array(CELLS * CELLS + 1);
    for (let i = 0; i < n; i++) {
      this.starts[this.cellOf(this.xy[2 * i], this.xy[2 * i + 1]) + 1]++;
    }
    for (let c = 0; c < CELLS * CELLS; c++) {
      this.starts[c + 1] += this.starts[c];
    }
    const next = this.starts.slice();
    this.members = new Int32Array(n);
    for (let i = 0; i < n; i++) {
      this.members[next[this.cellOf(this.xy[2 * i], this.xy[2 * i + 1])]++] = i;
    }
  }

  /** The point nearest to a place on the screen, -1 when none is in reach. */
  nearest(px, py, reach = REACH) {
    const [x, y] = this.toMap(px, py);
    const radius = reach * 2 * this.span().x / this.width;
    const cell = value => Math.min(CELLS - 1, Math.max(0, Math.floor((value + 1) / 2 * CELLS)));
    let best = -1;
    let least = radius * radius;
    for (let row = cell(y - radius); row <= cell(y + radius); row++) {
      for (let column = cell(x - radius); column <= cell(x + radius); column++) {
        const c = row * CELLS + column;
        for (let m = this.starts[c]; m < this.starts[c + 1]; m++) {
          const i = this.members[m];
          const distance = (this.xy[2 * i] - x) ** 2 + (this.xy[2 * i + 1] - y) ** 2;
          if (distance < least) {
            least = distance;
            best = i;
          }
        }
      }
    }
    return best;
  }

  /** The nearest point in a direction from another, for the arrow keys; the same one when there is none. */
  towards(index, dx, dy) {
    let best = index;
    let least = Infinity;
    const [x, y] = [this.xy[2 * index], this.xy[2 * index + 1]];
    for (let i = 0; i < this.xy.length / 2; i++) {
      const along = (this.xy[2 * i] - x) * dx + (this.xy[2 * i + 1] - y) * dy;
      const across = Math.abs((this.xy[2 * i] - x) * dy) + Math.abs((this.xy[2 * i + 1] - y) * dx);
      if (along > 1e-6 && across <= along && along + 2 * across < least) {
        least = along + 2 * across;
        best = i;
      }
    }
    return best;
  }

  /** The points inside a polygon of screen places. */
  inside(polygon) {
    const corners = polygon.map(([px, py]) => this.toMap(px, py));
    const xs = corners.map(c => c[0]);
    const ys = corners.map(c => c[1]);
    const [left, right, low, high] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    const found = [];
    for (let i = 0; i < this.xy.length / 2; i++) {
      const x = this.xy[2 * i];
      const y = this.xy[2 * i + 1];
      if (x < left || x > right || y < low || y > high) {
        continue;
      }
      let odd = false;
      for (let a = 0, b = corners.length - 1; a < corners.length; b = a++) {
        if ((ys[a] > y) !== (ys[b] > y) && x < (xs[b] - xs[a]) * (y - ys[a]) / (ys[b] - ys[a]) + xs[a]) {
          odd = !odd;
        }
      }
      if (odd) {
        found.push(i);
      }
    }
    return found;
  }

  listen() {
    const { canvas } = this;
    const place = event => {
      const box = canvas.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    };
    canvas.addEventListener("pointerdown", event => {
      canvas.setPointerCapture(event.pointerId);
      const at = place(event);
      this.pointers.set(event.pointerId, at);
      this.moved = 0;
      this.path = this.lassoing || event.shiftKey ? [at] : undefined;
    });
    canvas.addEventListener("pointermove", event => this.move(event, place(event)));
    const end = event => {
      if (!this.pointers.delete(event.pointerId)) {
        return;
      }
      if (this.path) {
        const path = this.path;
        this.path = undefined;
        this.on.outline([]);
        if (path.length > 3) {
          this.on.lasso(this.inside(path));
        }
      } else if (this.moved < 5 && event.type === "pointerup") {
        const index = this.nearest(...place(event));
        this.on.pick(index, event.ctrlKey || event.metaKey);
      }
    };
    canvas.addEventListener("pointerup", end);
    canvas.addEventListener("pointercancel", end);
    canvas.addEventListener("pointerleave", () => this.on.hover(-1));
    canvas.addEventListener("wheel", event => {
      event.preventDefault();
      this.zoomAt(Math.exp(-event.deltaY * 0.0015), ...place(event));
    }, { passive: false });
  }

  move(event, at) {
    const before = this.pointers.get(event.pointerId);
    if (!before) {
      this.on.hover(this.nearest(...at));
      return;
    }
    this.moved += Math.hypot(at[0] - before[0], at[1] - before[1]);
    if (this.path) {
      this.path.push(at);
      this.on.outline(this.path);
    } else if (this.pointers.size === 2) {
      const other = [...this.pointers].find(([id]) => id !== event.pointerId)[1];
      const distance = point => Math.hypot(point[0] - other[0], point[1] - other[1]);
      this.zoomAt(distance(at) / Math.max(1, distance(before)), (at[0] + other[0]) / 2, (at[1] + other[1]) / 2);
    } else {
      const { x, y } = this.span();
      this.centre = [this.centre[0] - (at[0] - before[0]) / this.width * 2 * x,
        this.centre[1] + (at[1] - before[1]) / this.height * 2 * y];
      this.draw();
    }
    this.pointers.set(event.pointerId, at);
  }
}

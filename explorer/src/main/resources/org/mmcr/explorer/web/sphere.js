// The Sphere view: embeddings of views and their centroids along three principal directions, with the ellipsoid of the
// singular values.

import { h, json, numbers, thumbnail, attempt, percent } from "./dom.js";
import { colour, mark, markElement, onTheme, themed } from "./colours.js";
import { METRICS } from "./dots-2d.js";
import { whenReady } from "./shared.js";

/** Fraction of the centroids' squared length below which the sphere is folded away. */
const LEAST_SHOWN = 0.1;
/** Side of a mark's texture in diameters of the disc, so that the tips of a diamond fit. */
const MARK_SPAN = 1.2;
const TEXTURE_SIDE = 64;

export function mount(section, app) {
  let view;
  whenReady(section, "Sphere", () => {
    view = new SphereView(section, app);
  });
  return { shown: () => view?.shown() };
}

class SphereView {
  constructor(section, app) {
    this.app = app;
    this.section = section;
    this.rotation = [0.5, 0.35];
    this.hidden = new Set();
    this.textures = new Map(); // by shape; white, so that every theme uses the same
    this.canvas = h("canvas", { tabindex: "0", role: "application",
      "aria-label": "Embeddings on the sphere. Arrow keys rotate it, plus and minus zoom.",
      onkeydown: event => this.key(event) });
    this.tip = h("div", { className: "tip", hidden: true });
    this.facts = h("aside", { className: "side", "aria-label": "Explanation" }, h("p", {}, "Embedding views …"));
    this.box = h("div", { className: "map" }, h("div", { className: "stage" }, this.canvas, this.tip), this.facts);
    section.append(h("h1", {}, "Sphere"), this.box);
    this.load();
  }

  /** Loads again what could not be loaded. */
  shown() {
    if (this.failed) {
      this.load();
    }
    this.resize();
  }

  async load() {
    this.failed = false;
    const loaded = await attempt(async () => {
      const scene = await json("api/sphere"); // first, because a module that failed once is not fetched again
      const three = await import("./lib/three.module.js");
      this.three = three;
      this.data = scene;
      this.readClasses(this.app.state.given.length > 1 ? await numbers("api/column/given", Int16Array) : undefined);
      try {
        this.renderer = new three.WebGLRenderer({ canvas: this.canvas, antialias: true, alpha: true });
      } catch {
        this.canvas.replaceWith(h("p", { className: "empty" }, "The sphere needs WebGL, which this browser does not offer."));
      }
      this.describe();
      if (!this.renderer) {
        return true;
      }
      this.build();
      onTheme(() => this.build());
      new ResizeObserver(() => this.resize()).observe(this.canvas.parentElement);
      this.listen();
      this.foldIfEmpty();
      this.canvas.dataset.ready = "yes";
      return true;
    }, this.section);
    this.failed = !loaded;
  }

  /** Folds the sphere away if three directions show next to nothing of the embeddings. */
  foldIfEmpty() {
    if (this.data.explained >= LEAST_SHOWN) {
      return;
    }
    this.box.hidden = true;
    const note = h("p", {}, `The sphere would show ${percent(this.data.explained)} of the centroids' squared length: training has spread them over `
      + "more directions than three, which is its aim. The map shows more. ", h("button", { type: "button", onclick: () => {
      note.remove();
      this.box.hidden = false;
      this.resize();
    } }, "Show it anyway"));
    this.box.before(note);
  }

  /** Marks by class if every shown picture has one. */
  readClasses(given) {
    const classes = given && this.data.pictures.map(picture => given[picture]);
    this.classes = classes?.every(value => value >= 0) ? classes : undefined;
  }

  build() {
    const { three, data } = this;
    this.release();
    this.scene = new three.Scene();
    this.camera = new three.PerspectiveCamera(45, 1, 0.01, 20);
    const line = themed("--quiet");
    const globe = new three.LineSegments(
      new three.WireframeGeometry(new three.SphereGeometry(1, 24, 16)),
      new three.LineBasicMaterial({ color: line, transparent: true, opacity: 0.14 }));
    const wire = new three.LineSegments(
      new three.WireframeGeometry(new three.SphereGeometry(1, 20, 12)),
      new three.LineBasicMaterial({ color: themed("--accent"), transparent: true, opacity: 0.45 }));
    wire.scale.set(...data.axes.map(axis => Math.max(axis, 1e-3)));
    const reach = Math.max(...data.points.map(Math.abs));
    this.distance ??= Math.max(1.4, 3.1 * Math.min(1, 1.35 * reach)); // near enough to distinguish the points
    this.parts = {
      views: this.cloud(data.points, 0.022, 0.75, i => Math.floor(i / data.views)),
      centroids: this.cloud(data.centroids, 0.05, 1, i => i),
      ellipsoid: wire,
    };
    this.showParts();
    this.world = new three.Group();
    this.world.add(globe, ...Object.values(this.parts));
    this.scene.add(this.world);
    this.resize();
  }

  /** Frees the graphics memory of the scene before; its textures stay in use. */
  release() {
    this.scene?.traverse(({ geometry, material }) => {
      geometry?.dispose();
      material?.dispose();
    });
  }

  showParts() {
    for (const [name, part] of Object.entries(this.parts)) {
      part.visible = !this.hidden.has(name);
    }
  }

  /** The mark of a picture: that of its class, or a disc in a colour of its own. */
  markOf(index) {
    return this.classes ? mark(this.classes[index]) : { colour: colour(index), shape: 0 };
  }

  /** Points at x, y, z, ..., in one object for each shape of their marks; a disc has the diameter `size`. */
  cloud(values, size, opacity, pictureOf) {
    const { three } = this;
    const byShape = new Map();
    for (let i = 0; i < values.length / 3; i++) {
      const { colour: css, shape } = this.markOf(pictureOf(i));
      if (!byShape.has(shape)) {
        byShape.set(shape, { places: [], colours: [] });
      }
      byShape.get(shape).places.push(...values.slice(3 * i, 3 * i + 3));
      byShape.get(shape).colours.push(...new three.Color(css).toArray());
    }
    const cloud = new three.Group();
    for (const [shape, { places, colours }] of byShape) {
      const geometry = new three.BufferGeometry();
      geometry.setAttribute("position", new three.Float32BufferAttribute(places, 3));
      geometry.setAttribute("color", new three.Float32BufferAttribute(colours, 3));
      cloud.add(new three.Points(geometry, new three.PointsMaterial({ size: MARK_SPAN * size, vertexColors: true,
        transparent: true, opacity, map: this.texture(shape), alphaTest: 0.4 })));
    }
    return cloud;
  }

  /** The map's mark of a shape in white, which takes the colours of the points. */
  texture(shape) {
    if (!this.textures.has(shape)) {
      this.textures.set(shape, this.drawTexture(shape));
    }
    return this.textures.get(shape);
  }

  drawTexture(shape) {
    const image = new ImageData(TEXTURE_SIDE, TEXTURE_SIDE);
    for (let i = 0; i < TEXTURE_SIDE * TEXTURE_SIDE; i++) {
      const [x, y] = [i % TEXTURE_SIDE, Math.floor(i / TEXTURE_SIDE)]
        .map(place => ((place + 0.5) / TEXTURE_SIDE - 0.5) * MARK_SPAN);
      image.data.fill(METRICS[shape](x, y) <= 0.5 ? 255 : 0, 4 * i, 4 * i + 4);
    }
    const drawing = h("canvas", { width: TEXTURE_SIDE, height: TEXTURE_SIDE });
    drawing.getContext("2d").putImageData(image, 0, 0);
    return new this.three.CanvasTexture(drawing);
  }

  describe() {
    const { data } = this;
    const box = (name, text) => h("li", {}, h("label", {}, h("input", { type: "checkbox", checked: true,
      onchange: event => {
        this.hidden[event.target.checked ? "delete" : "add"](name);
        this.showParts();
        this.draw();
      } }), " ", text));
    const fact = (name, value, words) => h("div", {}, h("dt", {}, name), h("dd", {}, h("strong", {}, value), h("p", { className: "quiet" }, words)));
    this.facts.replaceChildren(
      h("p", {}, `${data.views} random views of each of ${data.pictures.length} pictures, embedded on the unit sphere and projected to `
        + "the three directions in which their centroids vary most. "
        + (this.classes ? "Colour and shape are the class of the data." : "Each picture has one colour.")),
      ...(this.classes ? [this.legend()] : []),
      ...(this.renderer ? [h("ul", { className: "plain" }, box("views", "views (small)"), box("centroids", "centroids (large)"),
        box("ellipsoid", "ellipsoid of the singular values"))] : []),
      h("dl", {},
        fact("Agreement of views", data.agreement.toFixed(2), "mean squared length of a centroid: 1 when all views of a picture coincide"),
        fact("Shown here", percent(data.explained), "of the centroids' squared length lies in these three directions; it falls as training fills more directions"),
        fact("Axes", data.axes.map(axis => axis.toFixed(3)).join(", "), "root mean square of the centroids along each direction, the semi-axes of the ellipsoid: equal when all directions are used equally")));
  }

  legend() {
    return h("ul", { className: "legend" }, [...new Set(this.classes)].sort((a, b) => a - b).map(value =>
      h("li", {}, markElement(value), this.app.state.given[value])));
  }

  listen() {
    let last;
    this.canvas.addEventListener("pointerdown", event => {
      this.canvas.setPointerCapture(event.pointerId);
      last = [event.clientX, event.clientY];
    });
    this.canvas.addEventListener("pointermove", event => {
      if (last) {
        this.rotate((event.clientX - last[0]) * 0.008, (event.clientY - last[1]) * 0.008);
        last = [event.clientX, event.clientY];
      } else {
        this.hover(event);
      }
    });
    for (const type of ["pointerup", "pointercancel"]) {
      this.canvas.addEventListener(type, () => (last = undefined));
    }
    this.canvas.addEventListener("pointerleave", () => (this.tip.hidden = true));
    this.canvas.addEventListener("wheel", event => {
      event.preventDefault();
      this.zoom(Math.exp(event.deltaY * 0.001));
    }, { passive: false });
  }

  key(event) {
    const turns = { ArrowLeft: [-0.1, 0], ArrowRight: [0.1, 0], ArrowUp: [0, -0.1], ArrowDown: [0, 0.1] };
    if (turns[event.key]) {
      this.rotate(...turns[event.key]);
    } else if (event.key === "+" || event.key === "=") {
      this.zoom(0.9);
    } else if (event.key === "-") {
      this.zoom(1.1);
    } else {
      return;
    }
    event.preventDefault();
  }

  rotate(x, y) {
    this.rotation = [this.rotation[0] + x, Math.max(-1.5, Math.min(1.5, this.rotation[1] + y))];
    this.draw();
  }

  zoom(factor) {
    this.distance = Math.max(1.2, Math.min(8, this.distance * factor));
    this.draw();
  }

  hover(event) {
    const box = this.canvas.getBoundingClientRect();
    const [px, py] = [event.clientX - box.left, event.clientY - box.top];
    let best = -1;
    let least = 15;
    for (let i = 0; i < this.data.pictures.length; i++) {
      const at = new this.three.Vector3().fromArray(this.data.centroids, 3 * i)
        .applyMatrix4(this.world.matrixWorld).project(this.camera);
      const distance = Math.hypot((at.x + 1) / 2 * box.width - px, (1 - at.y) / 2 * box.height - py);
      if (distance < least) {
        least = distance;
        best = i;
      }
    }
    this.tip.hidden = best < 0;
    if (best >= 0 && best !== this.hovered) {
      this.tip.replaceChildren(thumbnail(this.data.pictures[best], ""));
    }
    this.hovered = best;
    this.tip.style.left = `${Math.min(px + 14, box.width - 150)}px`;
    this.tip.style.top = `${Math.max(4, Math.min(py + 14, box.height - 150))}px`;
  }

  resize() {
    if (!this.renderer) {
      return;
    }
    const { clientWidth: width, clientHeight: height } = this.canvas.parentElement;
    if (width === 0 || height === 0) {
      return;
    }
    this.renderer.setPixelRatio(Math.min(2, devicePixelRatio));
    this.renderer.setSize(width, height, false);
    this.camera.aspect = width / height;
    this.camera.updateProjectionMatrix();
    this.draw();
  }

  draw() {
    this.pending ??= requestAnimationFrame(() => {
      this.pending = undefined;
      this.world.rotation.set(this.rotation[1], this.rotation[0], 0);
      this.camera.position.set(0, 0, this.distance / Math.min(1, this.camera.aspect));
      this.renderer.render(this.scene, this.camera);
    });
  }
}

// A renderer of dots with WebGL, in one draw call.

import * as THREE from "./lib/three.module.js";

const VERTEX = `
  attribute vec2 position;
  attribute vec4 tint;
  uniform vec4 view;
  uniform float size;
  varying vec4 vTint;
  void main() {
    vTint = tint;
    gl_Position = vec4((position - view.xy) / view.zw, 0.0, 1.0);
    gl_PointSize = size * (tint.a > 0.501 ? 1.7 : 1.0);
  }`;
const FRAGMENT = `
  precision mediump float;
  varying vec4 vTint;
  uniform vec3 ring;
  void main() {
    vec2 p = gl_PointCoord - 0.5;
    vec2 q = abs(p);
    float code = floor(vTint.a * 255.0 + 0.5);
    float shape = mod(code, 4.0);
    float r = shape < 0.5 ? length(p) : shape < 1.5 ? 1.128 * max(q.x, q.y)
      : shape < 2.5 ? max(1.2 * p.y, 1.8333 * q.x - p.y) : 0.9 * (q.x + q.y);
    if (r > 0.5) discard;
    gl_FragColor = vec4(code > 127.5 && r > 0.32 ? ring : vTint.rgb, 1.0);
  }`;

const rgb = hex => [1, 3, 5].map(at => parseInt(hex.slice(at, at + 2), 16) / 255);

export class GlDots {
  constructor(canvas) {
    this.renderer = new THREE.WebGLRenderer({ canvas, antialias: false, alpha: false, depth: false, powerPreference: "low-power" });
    this.renderer.sortObjects = false; // a single object; sorting would compute its bounding sphere
    this.scene = new THREE.Scene();
    this.camera = new THREE.Camera();
    this.view = { value: new THREE.Vector4(0, 0, 1, 1) };
    this.size = { value: 4 };
    this.ring = { value: [0, 0, 0] };
    this.material = new THREE.RawShaderMaterial({
      vertexShader: VERTEX, fragmentShader: FRAGMENT, depthTest: false, depthWrite: false, blending: THREE.NoBlending,
      uniforms: { view: this.view, size: this.size, ring: this.ring },
    });
  }

  /** Sets x and y of each dot, and four bytes: red, green, blue, shape (+ 128 if marked). Later dots cover earlier ones. */
  set(xy, tints) {
    const geometry = new THREE.BufferGeometry();
    geometry.setAttribute("position", new THREE.BufferAttribute(xy, 2));
    geometry.setAttribute("tint", new THREE.BufferAttribute(tints, 4, true));
    const points = new THREE.Points(geometry, this.material);
    points.frustumCulled = false;
    this.scene.add(points);
    this.geometry = geometry;
  }

  /** Uploads the arrays again after they have changed. */
  changed() {
    this.geometry.attributes.position.needsUpdate = true;
    this.geometry.attributes.tint.needsUpdate = true;
  }

  /** Colours as "#rrggbb". */
  setColours(ring, ground) {
    this.ring.value = rgb(ring);
    const [red, green, blue] = rgb(ground);
    this.renderer.setClearColor(new THREE.Color().setRGB(red, green, blue, this.renderer.outputColorSpace), 1);
  }

  resize(width, height, ratio) {
    this.renderer.setPixelRatio(ratio);
    this.renderer.setSize(width, height, false);
  }

  /** Paints the part of the map given by its centre and half extent; `size` of a dot is in device pixels. */
  paint([x, y], span, size) {
    this.view.value.set(x, y, span.x, span.y);
    this.size.value = size;
    this.renderer.render(this.scene, this.camera);
  }
}

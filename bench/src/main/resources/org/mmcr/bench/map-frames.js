// Drags and zooms the explorer's map and records the times of the frames.

import { Cloud } from "/cloud.js";
import { hasGraphicsCard } from "/dots.js";
import { CanvasDots } from "/dots-2d.js";
import { GlDots } from "/dots-gl.js";

/** The two renderers; the explorer uses WebGL if there is a graphics card. */
const PAINTERS = { script: canvas => new CanvasDots(canvas), webgl: canvas => new GlDots(canvas) };
/** One point, almost an empty canvas, shows the limit of the browser. */
const POINTS = [1, 20000, 50000, 100000, 200000];
const GROUPS = 10;
const SECONDS = Number(new URLSearchParams(location.search).get("seconds") ?? 4);
const nextFrame = () => new Promise(requestAnimationFrame);
const pause = milliseconds => new Promise(done => setTimeout(done, milliseconds));

/** Draws ten round clusters, as in maps of pictures; the same in every run. */
function places(n) {
  let state = 1;
  const uniform = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  const centres = Array.from({ length: 2 * GROUPS }, () => 1.4 * uniform() - 0.7);
  const xy = new Float32Array(2 * n);
  const rgb = new Uint8Array(3 * n);
  for (let i = 0; i < n; i++) {
    const group = i % GROUPS;
    xy[2 * i] = Math.max(-1, Math.min(1, centres[2 * group] + 0.15 * normal()));
    xy[2 * i + 1] = Math.max(-1, Math.min(1, centres[2 * group + 1] + 0.15 * normal()));
    rgb.set([60 + 18 * group, 200 - 15 * group, (80 * group) % 255], 3 * i);
  }
  return { xy, rgb };
}

/** The actions of the pointer, called once a frame; `t` is in seconds. */
const ACTIONS = {
  drag(canvas, t) {
    const [x, y] = [520 + 220 * Math.sin(2 * t), 300 + 140 * Math.sin(3 * t)];
    canvas.dispatchEvent(new PointerEvent(t === 0 ? "pointerdown" : "pointermove", at(canvas, x, y)));
  },
  zoom(canvas, t) {
    const deltaY = -18 * Math.cos(1.5 * t); // in, out, and in again
    canvas.dispatchEvent(new WheelEvent("wheel", { ...at(canvas, 400, 250), deltaY, cancelable: true }));
  },
};

function at(canvas, x, y) {
  const box = canvas.getBoundingClientRect();
  return { pointerId: 1, isPrimary: true, bubbles: true, clientX: box.left + x, clientY: box.top + y };
}

/** Returns the times of the frames during an action. */
async function frames(canvas, action) {
  const times = [];
  const began = await nextFrame();
  for (let now = began; now - began < 1000 * SECONDS; now = await nextFrame()) {
    times.push(now);
    action(canvas, (now - began) / 1000);
  }
  canvas.dispatchEvent(new PointerEvent("pointerup", at(canvas, 0, 0)));
  return times;
}

const quantile = (sorted, part) => sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))];

function summary(times) {
  const gaps = times.slice(1).map((time, i) => time - times[i]).sort((a, b) => a - b);
  if (gaps.length === 0) {
    return { frames_per_second: 0, median_milliseconds: 1000 * SECONDS, p95_milliseconds: 1000 * SECONDS, worst_milliseconds: 1000 * SECONDS };
  }
  const total = times.at(-1) - times[0];
  return { frames_per_second: 1000 * gaps.length / total, median_milliseconds: quantile(gaps, 0.5),
    p95_milliseconds: quantile(gaps, 0.95), worst_milliseconds: gaps.at(-1) };
}

async function measure(painter, points) {
  const canvas = document.createElement("canvas");
  document.querySelector(".stage").replaceChildren(canvas);
  canvas.setPointerCapture = () => {}; // there is no real pointer
  const cloud = new Cloud(canvas, { hover() {}, pick() {}, lasso() {}, outline() {}, painted() {} }, PAINTERS[painter](canvas));
  const { xy, rgb } = places(points);
  cloud.setTheme("#1d2129", "#ffffff");
  cloud.setPoints(xy);
  cloud.setColours(rgb, Uint8Array.from({ length: points }, (_, i) => i % GROUPS % 4));
  const rows = [];
  for (const [action, act] of Object.entries(ACTIONS)) {
    document.getElementById("now").textContent = `${points.toLocaleString("en")} points, ${painter}, ${action} …`;
    cloud.reset();
    await pause(500);
    rows.push({ painter, points, action, ...summary(await frames(canvas, act)) });
  }
  cloud.dots.renderer?.forceContextLoss();
  return rows;
}

function drawnBy() {
  const gl = document.createElement("canvas").getContext("webgl2");
  return gl.getParameter(gl.getExtension("WEBGL_debug_renderer_info")?.UNMASKED_RENDERER_WEBGL ?? gl.RENDERER);
}

const send = document => fetch("/result", { method: "POST", body: JSON.stringify(document) });

try {
  const rows = [];
  for (const painter of Object.keys(PAINTERS)) {
    for (const points of POINTS) {
      rows.push(...await measure(painter, points));
    }
  }
  const { clientWidth: width, clientHeight: height } = document.querySelector(".stage");
  await send({ browser: navigator.userAgent, drawn_by: drawnBy(), graphics_card: hasGraphicsCard(), width, height, pixel_ratio: devicePixelRatio, rows });
  document.getElementById("now").textContent = "Done; the figures are in the terminal.";
} catch (error) {
  await send({ failed: String(error) });
}

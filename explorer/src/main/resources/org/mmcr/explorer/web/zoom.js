// A picture over the whole window, with zoom and pan.

import { h } from "./dom.js";

const STEP = 1.4;
const MOST = 16;

/** Opens a picture by its index. Escape closes it. */
export function zoomInto(index, name) {
  let scale = 1;
  let [x, y] = [0, 0];
  let last;
  const image = h("img", { src: `api/picture/${index}?size=full`, alt: name, draggable: false });
  const show = () => (image.style.transform = `translate(${x}px, ${y}px) scale(${scale})`);
  const zoom = factor => {
    scale = Math.max(1, Math.min(MOST, scale * factor));
    [x, y] = scale === 1 ? [0, 0] : [x, y];
    show();
  };
  const moves = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] };
  const frame = h("div", { className: "zoom-frame",
    onpointerdown: event => {
      frame.setPointerCapture(event.pointerId);
      last = [event.clientX, event.clientY];
    },
    onpointermove: event => {
      if (last && scale > 1) {
        [x, y] = [x + event.clientX - last[0], y + event.clientY - last[1]];
        last = [event.clientX, event.clientY];
        show();
      }
    },
    onpointerup: () => (last = undefined),
    onwheel: event => {
      event.preventDefault();
      zoom(Math.exp(-event.deltaY * 0.0015));
    } }, image);
  const dialog = h("dialog", { className: "zoom", "aria-label": name, onclose: () => dialog.remove(), onkeydown: event => {
    if (event.key === "+" || event.key === "=") {
      zoom(STEP);
    } else if (event.key === "-") {
      zoom(1 / STEP);
    } else if (moves[event.key] && scale > 1) {
      [x, y] = [x + moves[event.key][0], y + moves[event.key][1]];
      show();
    } else if (event.key === "z") {
      dialog.close();
    }
  } }, frame, h("div", { className: "row" }, h("strong", { className: "grow" }, name),
    h("button", { type: "button", "aria-label": "Zoom in", onclick: () => zoom(STEP) }, "+"),
    h("button", { type: "button", "aria-label": "Zoom out", onclick: () => zoom(1 / STEP) }, "−"),
    h("button", { type: "button", onclick: () => dialog.close() }, "Close ", h("kbd", {}, "Esc"))));
  document.body.append(dialog);
  image.addEventListener("load", () => image.classList.toggle("small", Math.max(image.naturalWidth, image.naturalHeight) <= 128));
  dialog.showModal();
}

// Pointer gestures on the map: drag pans, wheel and pinch zoom, a click picks, an outline selects; with
// Shift or Ctrl, both add to the selection.

/** Movement in pixels below which a press counts as a click. */
const CLICK_DISTANCE = 5;

/** Pointer listeners of a cloud's canvas; they call `cloud.on` for hover, pick, outline and lasso. */
export class Gestures {
  constructor(cloud) {
    this.cloud = cloud;
    this.pointers = new Map();
    const { canvas, on } = cloud;
    canvas.addEventListener("pointerdown", event => this.begin(event));
    canvas.addEventListener("pointermove", event => this.move(event));
    canvas.addEventListener("pointerup", event => this.end(event));
    canvas.addEventListener("pointercancel", event => this.end(event));
    canvas.addEventListener("pointerleave", () => on.hover(-1));
    canvas.addEventListener("wheel", event => {
      event.preventDefault();
      cloud.zoomAt(Math.exp(-event.deltaY * 0.0015), ...this.position(event));
    }, { passive: false });
  }

  position(event) {
    const box = this.cloud.canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  begin(event) {
    this.cloud.canvas.setPointerCapture(event.pointerId);
    const at = this.position(event);
    this.pointers.set(event.pointerId, at);
    this.moved = 0;
    this.path = this.cloud.lassoing || event.shiftKey ? [at] : undefined;
  }

  move(event) {
    const { cloud } = this;
    const at = this.position(event);
    const before = this.pointers.get(event.pointerId);
    if (!before) {
      cloud.on.hover(cloud.nearest(...at));
      return;
    }
    this.moved += Math.hypot(at[0] - before[0], at[1] - before[1]);
    if (this.path) {
      this.path.push(at);
      cloud.on.outline(this.path);
    } else if (this.pointers.size === 2) {
      const other = [...this.pointers].find(([id]) => id !== event.pointerId)[1];
      const distance = point => Math.hypot(point[0] - other[0], point[1] - other[1]);
      cloud.zoomAt(distance(at) / Math.max(1, distance(before)), (at[0] + other[0]) / 2, (at[1] + other[1]) / 2);
    } else {
      cloud.moveBy(at[0] - before[0], at[1] - before[1]);
    }
    this.pointers.set(event.pointerId, at);
  }

  end(event) {
    const { cloud, path } = this;
    if (!this.pointers.delete(event.pointerId)) {
      return;
    }
    this.path = undefined;
    cloud.on.outline([]);
    const add = event.ctrlKey || event.metaKey || event.shiftKey;
    if (path && this.moved >= CLICK_DISTANCE) {
      if (path.length > 3 && event.type === "pointerup") {
        cloud.on.lasso(cloud.inside(path), add);
      }
    } else if (this.moved < CLICK_DISTANCE && event.type === "pointerup") {
      cloud.on.pick(cloud.nearest(...this.position(event)), add);
    }
  }
}

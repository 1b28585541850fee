// A grid index of points in the plane, for nearest-point and polygon queries.

const CELLS = 256;

const cell = value => Math.min(CELLS - 1, Math.max(0, Math.floor((value + 1) / 2 * CELLS)));

export class PointGrid {
  /** @param xy x0, y0, x1, y1, ..., in -1..1; a point at NaN is never found */
  constructor(xy) {
    this.xy = xy;
    this.size = xy.length / 2;
    this.sort();
  }

  /** Sorts the points into cells (counting sort). */
  sort() {
    const { xy, size } = this;
    const cells = new Uint16Array(size);
    this.starts = new Int32Array(CELLS * CELLS + 1);
    for (let i = 0; i < size; i++) {
      cells[i] = cell(xy[2 * i + 1]) * CELLS + cell(xy[2 * i]);
      this.starts[cells[i] + 1]++;
    }
    for (let c = 0; c < CELLS * CELLS; c++) {
      this.starts[c + 1] += this.starts[c];
    }
    const next = this.starts.slice();
    this.members = new Int32Array(size);
    for (let i = 0; i < size; i++) {
      this.members[next[cells[i]]++] = i;
    }
  }

  /** Returns the point nearest to (x, y), -1 if none is within the radius. */
  nearest(x, y, radius) {
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

  /** Returns the nearest point in a direction from another, for the arrow keys; `index` itself if there is none. */
  towards(index, dx, dy) {
    let best = index;
    let least = Infinity;
    const [x, y] = [this.xy[2 * index], this.xy[2 * index + 1]];
    for (let i = 0; i < this.size; i++) {
      const along = (this.xy[2 * i] - x) * dx + (this.xy[2 * i + 1] - y) * dy;
      const across = Math.abs((this.xy[2 * i] - x) * dy) + Math.abs((this.xy[2 * i + 1] - y) * dx);
      if (along > 1e-6 && across <= along && along + 2 * across < least) {
        least = along + 2 * across;
        best = i;
      }
    }
    return best;
  }

  /** Returns the points inside a polygon. */
  inside(corners) {
    const xs = corners.map(c => c[0]);
    const ys = corners.map(c => c[1]);
    const [left, right, low, high] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    const found = [];
    for (let i = 0; i < this.size; i++) {
      const x = this.xy[2 * i];
      const y = this.xy[2 * i + 1];
      if (!(x >= left && x <= right && y >= low && y <= high)) {
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
}

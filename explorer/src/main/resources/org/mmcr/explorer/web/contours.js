// Contours of the density of the map's points: lines around the smallest areas that hold given fractions of them.

/** Fractions of the points that the lines enclose. */
export const FRACTIONS = [0.25, 0.5, 0.75, 0.9];
/** Cells along each side of the grid on which the density is estimated. */
const CELLS = 96;
/** Width of the smoothing, as a fraction of Scott's rule, which is for a single group. */
const NARROW = 0.6;
/** Room around the points, as a fraction of their extent, so that lines close. */
const MARGIN = 0.15;
const SVG = "http://www.w3.org/2000/svg";

/** The mean, deviation and range of one coordinate of some points. */
function statistics(xy, points, axis) {
  let [sum, squares, low, high] = [0, 0, Infinity, -Infinity];
  for (const point of points) {
    const value = xy[2 * point + axis];
    sum += value;
    squares += value * value;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const mean = sum / points.length;
  const room = Math.max(1e-3, MARGIN * (high - low));
  return { deviation: Math.sqrt(Math.max(0, squares / points.length - mean * mean)), low: low - room, step: (high - low + 2 * room) / CELLS };
}

/** Smooths a grid along one axis by a Gaussian with a deviation in cells. */
function smoothed(grid, deviation, stride, other) {
  const reach = Math.ceil(3 * deviation);
  const weights = Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp(-((i - reach) ** 2) / (2 * deviation * deviation)));
  const total = weights.reduce((a, b) => a + b, 0);
  const result = new Float64Array(grid.length);
  for (let line = 0; line < CELLS; line++) {
    for (let i = 0; i < CELLS; i++) {
      let sum = 0;
      for (let j = Math.max(0, i - reach); j <= Math.min(CELLS - 1, i + reach); j++) {
        sum += weights[j - i + reach] * grid[line * other + j * stride];
      }
      result[line * other + i * stride] = sum / total;
    }
  }
  return result;
}

/** Returns for each fraction the density above which cells hold that fraction of the mass. */
function levelsOf(grid, fractions) {
  const sorted = Float64Array.from(grid).sort().reverse();
  const total = sorted.reduce((a, b) => a + b, 0);
  const levels = [];
  let sum = 0;
  for (const value of sorted) {
    sum += value;
    while (levels.length < fractions.length && sum >= fractions[levels.length] * total) {
      levels.push(value);
    }
  }
  return levels;
}

/** Returns the line of a level in units of cells by marching squares: x and y of both ends of each segment. */
function lineOf(grid, level) {
  const line = [];
  for (let y = 0; y + 1 < CELLS; y++) {
    for (let x = 0; x + 1 < CELLS; x++) {
      const corners = [[x, y], [x + 1, y], [x + 1, y + 1], [x, y + 1]];
      const values = corners.map(([cx, cy]) => grid[cy * CELLS + cx] - level);
      const ends = corners.flatMap(([cx, cy], i) => {
        const next = (i + 1) % 4;
        if (values[i] > 0 === values[next] > 0) {
          return [];
        }
        const at = values[i] / (values[i] - values[next]);
        return [[cx + at * (corners[next][0] - cx), cy + at * (corners[next][1] - cy)]];
      });
      line.push(...ends.flat());
    }
  }
  return line;
}

/** Returns for each fraction, ascending, the segments x0, y0, x1, y1, ... of its line; none of fewer than three points. */
export function contoursOf(xy, shown, fractions) {
  const points = [];
  for (let i = 0; i < xy.length / 2; i++) {
    if (!shown || shown[i]) {
      points.push(i);
    }
  }
  if (points.length < 3) {
    return fractions.map(() => []);
  }
  const axes = [0, 1].map(axis => statistics(xy, points, axis));
  let grid = new Float64Array(CELLS * CELLS);
  for (const point of points) {
    const [x, y] = axes.map(({ low, step }, axis) => Math.min(CELLS - 1, Math.floor((xy[2 * point + axis] - low) / step)));
    grid[y * CELLS + x]++;
  }
  const [wide, high] = axes.map(({ deviation, step }) => Math.max(1, NARROW * deviation * points.length ** (-1 / 6) / step));
  grid = smoothed(smoothed(grid, wide, 1, CELLS), high, CELLS, 1);
  return levelsOf(grid, fractions).map(level => lineOf(grid, level).map((value, i) => axes[i % 2].low + (value + 0.5) * axes[i % 2].step));
}

/** The lines over a cloud's points; they follow its zoom. */
export class Contours {
  constructor(cloud) {
    this.cloud = cloud;
    this.element = document.createElementNS(SVG, "svg");
    this.element.setAttribute("class", "contours");
    this.element.setAttribute("aria-hidden", "true");
    this.group = document.createElementNS(SVG, "g");
    this.element.append(this.group);
  }

  /** Draws the lines of the shown points anew, or none. */
  draw(wanted) {
    const lines = wanted ? contoursOf(this.cloud.all, this.cloud.shown, FRACTIONS) : [];
    this.group.replaceChildren(...lines.map(line => {
      const path = document.createElementNS(SVG, "path");
      const ends = [];
      for (let i = 0; i < line.length; i += 2) {
        ends.push(`${i % 4 ? "L" : "M"}${line[i].toFixed(4)} ${line[i + 1].toFixed(4)}`);
      }
      path.setAttribute("d", ends.join(""));
      return path;
    }));
    this.place();
  }

  /** Follows the points after a repaint. */
  place() {
    if (this.group.childElementCount > 0 && this.cloud.width) {
      const [x, y] = this.cloud.placeOf(0, 0);
      const [right, top] = this.cloud.placeOf(1, 1);
      this.group.setAttribute("transform", `matrix(${right - x} 0 0 ${top - y} ${x} ${y})`);
    }
  }
}

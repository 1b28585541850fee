// A renderer of dots that sets pixels, for browsers without a graphics card: WebGL is missing there, or slow.

const OPAQUE = 0xff000000;

/** Packs "#rrggbb" into a pixel of four bytes. */
const pixel = hex => {
  const [red, green, blue] = [1, 3, 5].map(at => parseInt(hex.slice(at, at + 2), 16));
  return (OPAQUE | blue << 16 | green << 8 | red) >>> 0;
};

/** Distance of a point from a mark's centre, 0.5 at its edge; x and y in units of the disc's diameter, y downwards. */
export const METRICS = [
  (x, y) => Math.hypot(x, y),
  (x, y) => 1.128 * Math.max(Math.abs(x), Math.abs(y)),
  (x, y) => Math.max(1.2 * y, 1.8333 * Math.abs(x) - y),
  (x, y) => 0.9 * (Math.abs(x) + Math.abs(y)),
];

/** Returns the pixels of a mark around a pixel's centre (shift 0) or corner (shift 0.5), as image offsets. */
function around(metric, radius, shift, stride) {
  const steps = [];
  const reach = Math.ceil(1.15 * radius);
  for (let y = -reach; y <= reach; y++) {
    for (let x = -reach; x <= reach; x++) {
      if (metric((x + shift) / radius / 2, (y + shift) / radius / 2) <= 0.5) {
        steps.push(y * stride + x);
      }
    }
  }
  return { shift, steps: Int32Array.from(steps), square: Math.sqrt(steps.length) % 1 === 0 };
}

/** Returns the pixels of a disc, with the shift that fits its area best; squares are avoided. */
function disc(radius, stride) {
  const off = ({ steps, square }) => Math.abs(steps.length - Math.PI * radius * radius) + (square ? 100 : 0);
  return [0, 0.5].map(shift => around(METRICS[0], radius, shift, stride)).sort((a, b) => off(a) - off(b))[0];
}

/** Returns the pixels of each shape. */
const shapes = (radius, stride) => METRICS.map((metric, shape) =>
  (shape === 0 ? disc(radius, stride) : around(metric, radius, 0, stride)));

export class CanvasDots {
  constructor(canvas) {
    this.canvas = canvas;
    // Not willReadFrequently: the compositor would have to copy the canvas in each frame.
    this.context = canvas.getContext("2d", { alpha: false });
    this.ring = OPAQUE;
    this.ground = 0xffffffff;
  }

  /** Sets x and y of each dot, and four bytes: red, green, blue, shape (+ 128 if marked). Later dots cover earlier ones. */
  set(xy, tints) {
    this.xy = xy;
    this.tints = new Uint32Array(tints.buffer);
  }

  /** Notifies the renderer that the arrays have changed. */
  changed() {}

  /** Colours as "#rrggbb". */
  setColours(ring, ground) {
    this.ring = pixel(ring);
    this.ground = pixel(ground);
  }

  resize(width, height, ratio) {
    this.canvas.width = Math.floor(width * ratio);
    this.canvas.height = Math.floor(height * ratio);
    this.image = undefined;
  }

  /** Clears the image; dots partly outside the canvas extend into its margin. */
  prepare(margin) {
    if (this.margin !== margin || !this.image) {
      this.margin = margin;
      this.image = new ImageData(this.canvas.width + 2 * margin, this.canvas.height + 2 * margin);
      this.pixels = new Uint32Array(this.image.data.buffer);
    }
    this.pixels.fill(this.ground);
  }

  /** Paints the part of the map given by its centre and half extent; `size` of a dot is in device pixels. */
  paint(middle, span, size) {
    const radius = size / 2;
    this.prepare(Math.ceil(4 * radius) + 2);
    const stride = this.image.width;
    this.stamp(middle, span, shapes(radius, stride));
    const [rims, inners] = [shapes(1.7 * radius, stride), shapes(1.7 * 0.64 * radius, stride)];
    for (const [px, py, tint, shape] of this.marked) {
      this.put(rims[shape], px, py, this.ring);
      this.put(inners[shape], px, py, tint);
    }
    this.context.putImageData(this.image, -this.margin, -this.margin);
  }

  put({ steps, shift }, px, py, tint) {
    const at = (Math.floor(py + shift) + this.margin) * this.image.width + Math.floor(px + shift) + this.margin;
    for (let k = 0; k < steps.length; k++) {
      this.pixels[at + steps[k]] = tint;
    }
  }

  /** Paints the unmarked dots and collects the marked ones, which are painted on top. */
  stamp([x, y], span, forms) {
    const { xy, tints } = this;
    const { width, height } = this.canvas;
    const [scaleX, scaleY] = [width / span.x / 2, height / span.y / 2];
    const [left, top] = [width / 2 - x * scaleX, height / 2 + y * scaleY];
    const edge = this.margin / 2;
    this.marked = [];
    for (let i = 0; i < tints.length; i++) {
      const px = left + xy[2 * i] * scaleX;
      const py = top - xy[2 * i + 1] * scaleY;
      if (px < -edge || px > width + edge || py < -edge || py > height + edge) {
        continue;
      }
      const tint = (tints[i] | OPAQUE) >>> 0;
      const shape = tints[i] >>> 24 & 3;
      if (tints[i] >>> 31) {
        this.marked.push([px, py, tint, shape]);
      } else {
        this.put(forms[shape], px, py, tint);
      }
    }
  }
}

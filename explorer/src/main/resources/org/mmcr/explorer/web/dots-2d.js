// A renderer of dots that sets pixels, for browsers without a graphics card: WebGL is missing there, or slow.

const OPAQUE = 0xff000000;

/** Packs "#rrggbb" into a pixel of four bytes. */
const pixel = hex => {
  const [red, green, blue] = [1, 3, 5].map(at => parseInt(hex.slice(at, at + 2), 16));
  return (OPAQUE | blue << 16 | green << 8 | red) >>> 0;
};

/** Returns the pixels within a radius of a pixel's centre (shift 0) or corner (shift 0.5), as image offsets. */
function around(radius, shift, stride) {
  const steps = [];
  const reach = Math.ceil(radius);
  for (let y = -reach; y <= reach; y++) {
    for (let x = -reach; x <= reach; x++) {
      if ((x + shift) ** 2 + (y + shift) ** 2 <= radius * radius) {
        steps.push(y * stride + x);
      }
    }
  }
  return { shift, steps: Int32Array.from(steps), square: Math.sqrt(steps.length) % 1 === 0 };
}

/** Returns the pixels of a disc, with the shift that fits its area best; squares are avoided. */
function disc(radius, stride) {
  const off = ({ steps, square }) => Math.abs(steps.length - Math.PI * radius * radius) + (square ? 100 : 0);
  return [0, 0.5].map(shift => around(radius, shift, stride)).sort((a, b) => off(a) - off(b))[0];
}

export class CanvasDots {
  constructor(canvas) {
    this.canvas = canvas;
    // Not willReadFrequently: the compositor would have to copy the canvas in each frame.
    this.context = canvas.getContext("2d", { alpha: false });
    this.ring = OPAQUE;
    this.ground = 0xffffffff;
  }

  /** Sets x and y of each dot, and four bytes: red, green, blue, marked or not. Later dots cover earlier ones. */
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
    this.prepare(Math.ceil(2 * radius) + 1);
    const stride = this.image.width;
    this.stamp(middle, span, disc(radius, stride));
    const [rim, inner] = [disc(1.7 * radius, stride), disc(1.7 * 0.64 * radius, stride)];
    for (const [px, py, tint] of this.marked) {
      this.put(rim, px, py, this.ring);
      this.put(inner, px, py, tint);
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
  stamp([x, y], span, shape) {
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
      if (tints[i] > 0xffffff) {
        this.marked.push([px, py, tint]);
      } else {
        this.put(shape, px, py, tint);
      }
    }
  }
}

// Dots set pixel by pixel, for browsers without a graphics card: there WebGL is missing, or costs half a microsecond a point.

const OPAQUE = 0xff000000;

/** The number whose four bytes are a pixel's red, green, blue and alpha. */
const pixel = hex => {
  const [red, green, blue] = [1, 3, 5].map(at => parseInt(hex.slice(at, at + 2), 16));
  return (OPAQUE | blue << 16 | green << 8 | red) >>> 0;
};

/** Pixels whose middles are within a radius of a place: the middle of a pixel (shift 0) or a corner of four (shift 0.5). */
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

/** The pixels of a disc: of both ways to place it the one nearer to its area, and to being round. */
function disc(radius, stride) {
  const off = ({ steps, square }) => Math.abs(steps.length - Math.PI * radius * radius) + (square ? 100 : 0);
  return [0, 0.5].map(shift => around(radius, shift, stride)).sort((a, b) => off(a) - off(b))[0];
}

export class FlatDots {
  constructor(canvas) {
    this.canvas = canvas;
    // Without willReadFrequently: what is kept for reading a compositor may have to fetch in each frame, 48 instead of 60 times a second.
    this.context = canvas.getContext("2d", { alpha: false });
    this.ring = OPAQUE;
    this.ground = 0xffffffff;
  }

  /** x and y of each dot in turn, and four bytes: red, green, blue, and whether it is marked. Later ones lie above. */
  set(xy, tints) {
    this.xy = xy;
    this.tints = new Uint32Array(tints.buffer);
  }

  /** The arrays that were set hold other numbers now. */
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

  /** Room for the picture and a margin, in which dots that are partly outside end. */
  prepare(margin) {
    if (this.margin !== margin || !this.image) {
      this.margin = margin;
      this.image = new ImageData(this.canvas.width + 2 * margin, this.canvas.height + 2 * margin);
      this.pixels = new Uint32Array(this.image.data.buffer);
    }
    this.pixels.fill(this.ground);
  }

  /** What is seen: the middle and half of its extent; `size` of a dot in pixels of the screen. */
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

  /** Sets the dots that are not marked, and notes where the marked ones are, which come above. */
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

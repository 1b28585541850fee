package org.mmcr.data;

import java.util.SplittableRandom;

/** Renders one synthetic picture: draws its parameters at random, then evaluates it pixel by pixel. */
final class SyntheticPicture {
    private static final int SIZE = SyntheticPictures.SIZE;
    /** Samples along each side of a pixel, for smooth edges. */
    private static final int SAMPLES = 3;

    private static final int CLUTTER = 3;

    private final SplittableRandom random;
    private final SyntheticShape shape;
    private final double centreX;
    private final double centreY;
    private final double radius;
    private final double cos;
    private final double sin;
    private final double stretch;
    private final double thickness;
    private final double[] paint;
    private final double[] paintShade;
    private final double[] ground;
    private final double[] groundShade;
    private final double waveX;
    private final double waveY;
    private final double waveHeight;
    private final double noise;
    private final double[][] clutter = new double[CLUTTER][];
    private final double[] occluder;

    SyntheticPicture(SyntheticShape shape, int number, long seed) {
        this.shape = shape;
        random = new SplittableRandom(mixed(mixed(mixed(seed) + shape.name().hashCode()) + number));
        radius = between(8, 12.5);
        centreX = 15.5 + between(-1, 1) * (15.5 - radius);
        centreY = 15.5 + between(-1, 1) * (15.5 - radius);
        double angle = between(0, 2 * StrictMath.PI);
        cos = StrictMath.cos(angle);
        sin = StrictMath.sin(angle);
        stretch = between(0.82, 1.22);
        thickness = between(0.11, 0.2);
        ground = new double[] {between(20, 235), between(20, 235), between(20, 235)};
        paint = contrasting(ground);
        groundShade = shade(45);
        paintShade = shade(25);
        waveX = between(-0.2, 0.2);
        waveY = between(-0.2, 0.2);
        waveHeight = between(0, 20);
        noise = between(0, 12);
        for (int i = 0; i < CLUTTER; i++) {
            clutter[i] = stroke(between(0.2, 0.9));
        }
        occluder = stroke(between(0, 1.5));
    }

    private static long mixed(long value) {
        return new SplittableRandom(value).nextLong();
    }

    private double between(double low, double high) {
        return low + (high - low) * random.nextDouble();
    }

    /** Draws a colour whose brightness differs visibly from that of another. */
    private double[] contrasting(double[] other) {
        while (true) {
            double[] colour = {between(0, 255), between(0, 255), between(0, 255)};
            if (Math.abs(brightness(colour) - brightness(other)) > 60) {
                return colour;
            }
        }
    }

    private static double brightness(double[] colour) {
        return 0.3 * colour[0] + 0.59 * colour[1] + 0.11 * colour[2];
    }

    /** Draws the slopes of a linear shading: two, across and down, for each channel. */
    private double[] shade(double largest) {
        double[] slopes = new double[6];
        for (int i = 0; i < slopes.length; i++) {
            slopes[i] = between(-largest, largest);
        }
        return slopes;
    }

    /** Draws a line segment: its ends, half its width, its colour. */
    private double[] stroke(double halfWidth) {
        double x = between(0, SIZE);
        double y = between(0, SIZE);
        return new double[] {
            x,
            y,
            x + between(-12, 12),
            y + between(-12, 12),
            halfWidth,
            between(0, 255),
            between(0, 255),
            between(0, 255)
        };
    }

    /** Returns the pixels as 0xRRGGBB, row by row. */
    int[] render() {
        int[] rgb = new int[SIZE * SIZE];
        double[] colour = new double[3];
        for (int y = 0; y < SIZE; y++) {
            for (int x = 0; x < SIZE; x++) {
                paintPixel(colour, x, y);
                int pixel = 0;
                for (double channel : colour) {
                    double value = channel + noise * between(-1, 1);
                    pixel = (pixel << 8) | (int) Math.max(0, Math.min(255, Math.rint(value)));
                }
                rgb[y * SIZE + x] = pixel;
            }
        }
        return rgb;
    }

    /** Blends ground, clutter, shape and occluder, from back to front, by the fraction of the pixel covered. */
    private void paintPixel(double[] colour, int x, int y) {
        double across = (x + 0.5) / SIZE - 0.5;
        double down = (y + 0.5) / SIZE - 0.5;
        double wave = waveHeight * triangleWave(waveX * x + waveY * y);
        for (int c = 0; c < 3; c++) {
            colour[c] = ground[c] + groundShade[2 * c] * across + groundShade[2 * c + 1] * down + wave;
        }
        for (double[] stroke : clutter) {
            blend(colour, stroke, 5, cover(stroke, x, y));
        }
        double fraction = cover(x, y);
        for (int c = 0; c < 3 && fraction > 0; c++) {
            double value = paint[c] + paintShade[2 * c] * across + paintShade[2 * c + 1] * down;
            colour[c] += fraction * (value - colour[c]);
        }
        blend(colour, occluder, 5, cover(occluder, x, y));
    }

    private static void blend(double[] colour, double[] over, int first, double fraction) {
        for (int c = 0; c < 3; c++) {
            colour[c] += fraction * (over[first + c] - colour[c]);
        }
    }

    /** Returns a triangle wave of period 1 from -1 to 1. */
    private static double triangleWave(double position) {
        return 4 * Math.abs(position - Math.rint(position)) - 1;
    }

    /** Returns the fraction of a pixel inside the shape. */
    private double cover(int x, int y) {
        double dx = x - centreX;
        double dy = y - centreY;
        double reach = 1.5 * radius + 1;
        if (dx * dx + dy * dy > reach * reach) {
            return 0;
        }
        int inside = 0;
        for (int s = 0; s < SAMPLES * SAMPLES; s++) {
            double subX = ((s % SAMPLES) + 0.5) / SAMPLES - 0.5;
            double subY = (Math.floorDiv(s, SAMPLES) + 0.5) / SAMPLES - 0.5;
            inside += inShape(x + subX, y + subY) ? 1 : 0;
        }
        return inside / (double) (SAMPLES * SAMPLES);
    }

    private boolean inShape(double x, double y) {
        double dx = (x - centreX) / radius;
        double dy = (y - centreY) / radius;
        double turnedX = (cos * dx + sin * dy) * stretch;
        double turnedY = (cos * dy - sin * dx) / stretch;
        return shape.distance(turnedX, turnedY, thickness) < 0;
    }

    /** Returns the fraction of a pixel under a stroke, estimated from the distance of its centre. */
    private static double cover(double[] stroke, int x, int y) {
        double alongX = stroke[2] - stroke[0];
        double alongY = stroke[3] - stroke[1];
        double length = alongX * alongX + alongY * alongY;
        double position = ((x - stroke[0]) * alongX + (y - stroke[1]) * alongY) / Math.max(length, 1e-9);
        double nearest = Math.max(0, Math.min(1, position));
        double dx = x - stroke[0] - nearest * alongX;
        double dy = y - stroke[1] - nearest * alongY;
        return Math.max(0, Math.min(1, stroke[4] + 0.5 - Math.sqrt(dx * dx + dy * dy)));
    }
}

package org.mmcr.analysis.curate;

/**
 * Correlation of the details of two small grey pictures at the alignment where it is largest. Details are the levels
 * without their mean over 9 x 9 pixels: two skies of one gradient have the same levels and other details. An alignment
 * scales and shifts one picture against the other; only the part that both show is compared, at least
 * {@value #LEAST_PERCENT} % of the picture. Pictures whose centres differ have only a frame in common; their value is
 * the correlation of the centres.
 */
final class DetailAlignment {
    private static final int SIDE = PictureSketch.SIDE;
    /** Half the side of the window of local means. */
    private static final int RADIUS = 4;

    private static final int LEAST_PERCENT = 60;
    /** Points of a row and of a column at which details are compared. */
    private static final int POINTS = 16;
    /** Mean square of details, in squared levels, below which there are none. */
    private static final double FLAT = 0.05;

    private static final double[] SCALES = {0.8, 0.9, 1, 1 / 0.9, 1.25};
    private static final double[] SHIFTS = {-0.1, -0.05, 0, 0.05, 0.1};
    /** Correlation at the best of the coarse alignments below which none is refined. */
    private static final double HOPELESS = 0.35;

    /** Points at each side of the picture that are not in its centre. */
    private static final int MARGIN = 4;
    /** Correlation of the centres below which they differ. */
    private static final double OTHER_CENTRE = 0.5;

    private static final int HALVINGS = 4;
    /** Steps of one size: each moves one of the four parameters. */
    private static final int STEPS = 2;

    private final float[] fixed;
    private final float[] moved;

    private DetailAlignment(float[] fixed, float[] moved) {
        this.fixed = fixed;
        this.moved = moved;
    }

    /**
     * Returns the largest correlation, -1 to 1; 0 if one of the pictures has no details.
     *
     * @param one details of a picture, as {@link #details} makes them
     * @param other details of the other
     */
    static double correlation(float[] one, float[] other) {
        return new DetailAlignment(one, other).best();
    }

    /** Returns a picture's levels, {@value PictureSketch#SIDE} squared of 0 to 255, less their local means. */
    static float[] details(byte[] grey) {
        int stride = SIDE + 1;
        int[] sums = new int[stride * stride];
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                sums[(y + 1) * stride + x + 1] = (grey[y * SIDE + x] & 0xff)
                        + sums[y * stride + x + 1]
                        + sums[(y + 1) * stride + x]
                        - sums[y * stride + x];
            }
        }
        float[] details = new float[SIDE * SIDE];
        for (int y = 0; y < SIDE; y++) {
            int top = Math.max(0, y - RADIUS);
            int bottom = Math.min(SIDE, y + RADIUS + 1);
            for (int x = 0; x < SIDE; x++) {
                int left = Math.max(0, x - RADIUS);
                int right = Math.min(SIDE, x + RADIUS + 1);
                int sum = sums[bottom * stride + right]
                        - sums[top * stride + right]
                        - sums[bottom * stride + left]
                        + sums[top * stride + left];
                details[y * SIDE + x] = (grey[y * SIDE + x] & 0xff) - (float) sum / ((bottom - top) * (right - left));
            }
        }
        return details;
    }

    private double best() {
        Alignment best = new Alignment(1, 1, 0, 0);
        double found = at(best, 2);
        for (double scale : SCALES) {
            for (double down : SHIFTS) {
                for (double across : SHIFTS) {
                    Alignment tried = new Alignment(scale, scale, down, across);
                    double value = at(tried, 2);
                    if (value > found) {
                        found = value;
                        best = tried;
                    }
                }
            }
        }
        return found < HOPELESS ? found : refined(best);
    }

    /** Coordinate ascent from a coarse alignment, with steps that halve. */
    private double refined(Alignment from) {
        Alignment best = from;
        double found = at(best, 1);
        double step = 0.05;
        for (int halving = 0; halving < HALVINGS; halving++, step /= 2) {
            for (int i = 0; i < STEPS; i++) {
                Alignment start = best;
                for (Alignment tried : start.neighbours(step)) {
                    double value = at(tried, 1);
                    if (value > found) {
                        found = value;
                        best = tried;
                    }
                }
                if (best.equals(start)) {
                    break;
                }
            }
        }
        double centre = at(best, MARGIN, 1);
        return centre < OTHER_CENTRE ? Math.min(found, centre) : found;
    }

    private double at(Alignment alignment, int stride) {
        return at(alignment, 0, stride);
    }

    /**
     * Pearson's correlation of the details at an alignment, of every {@code stride}-th point in each direction without
     * those at the margin.
     */
    private double at(Alignment alignment, int margin, int stride) {
        double a = 0;
        double b = 0;
        double aa = 0;
        double bb = 0;
        double ab = 0;
        int count = 0;
        for (int y = margin; y < POINTS - margin; y += stride) {
            double v = (y + 0.5) / POINTS;
            double row = 0.5 + alignment.scaleDown * (v - 0.5) + alignment.down;
            if (row < 0 || row > 1) {
                continue;
            }
            for (int x = margin; x < POINTS - margin; x += stride) {
                double u = (x + 0.5) / POINTS;
                double column = 0.5 + alignment.scaleAcross * (u - 0.5) + alignment.across;
                if (column < 0 || column > 1) {
                    continue;
                }
                double p = sample(fixed, v, u);
                double q = sample(moved, row, column);
                a += p;
                b += q;
                aa += p * p;
                bb += q * q;
                ab += p * q;
                count++;
            }
        }
        int side = POINTS - 2 * margin;
        if (100 * count * stride * stride < LEAST_PERCENT * side * side) {
            return -1;
        }
        double varianceA = aa - a * a / count;
        double varianceB = bb - b * b / count;
        boolean flat = varianceA < FLAT * count || varianceB < FLAT * count;
        return flat ? 0 : (ab - a * b / count) / Math.sqrt(varianceA * varianceB);
    }

    /** Bilinear sample at a place in fractions of the side. */
    private static double sample(float[] from, double v, double u) {
        double row = Math.min(SIDE - 1.001, Math.max(0, SIDE * v - 0.5));
        double column = Math.min(SIDE - 1.001, Math.max(0, SIDE * u - 0.5));
        int y = (int) row;
        int x = (int) column;
        int at = y * SIDE + x;
        double down = row - y;
        double across = column - x;
        return (1 - down) * ((1 - across) * from[at] + across * from[at + 1])
                + down * ((1 - across) * from[at + SIDE] + across * from[at + SIDE + 1]);
    }

    /** Scales about the centre, then shifts, in fractions of the side. */
    private record Alignment(double scaleDown, double scaleAcross, double down, double across) {
        /** The alignments that differ in one parameter; shifts change by half the step, as the edges do by a scale. */
        Alignment[] neighbours(double step) {
            double shift = step / 2;
            return new Alignment[] {
                new Alignment(scaleDown + step, scaleAcross, down, across),
                new Alignment(scaleDown - step, scaleAcross, down, across),
                new Alignment(scaleDown, scaleAcross + step, down, across),
                new Alignment(scaleDown, scaleAcross - step, down, across),
                new Alignment(scaleDown, scaleAcross, down + shift, across),
                new Alignment(scaleDown, scaleAcross, down - shift, across),
                new Alignment(scaleDown, scaleAcross, down, across + shift),
                new Alignment(scaleDown, scaleAcross, down, across - shift),
            };
        }
    }
}

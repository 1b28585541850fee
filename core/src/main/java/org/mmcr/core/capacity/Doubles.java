package org.mmcr.core.capacity;

/** Inner products, lengths and sums of arrays. */
final class Doubles {
    private Doubles() {}

    static double length(double[] row) {
        return Math.sqrt(dot(row, row, row.length));
    }

    /** Returns the inner product of the first {@code length} entries, in four partial sums for speed. */
    static double dot(double[] a, double[] b, int length) {
        return dot(a, 0, b, 0, length);
    }

    /** Returns the inner product of {@code length} entries from two offsets. */
    static double dot(double[] a, int fromA, double[] b, int fromB, int length) {
        double first = 0;
        double second = 0;
        double third = 0;
        double fourth = 0;
        int i = 0;
        for (; i + 3 < length; i += 4) {
            first += a[fromA + i] * b[fromB + i];
            second += a[fromA + i + 1] * b[fromB + i + 1];
            third += a[fromA + i + 2] * b[fromB + i + 2];
            fourth += a[fromA + i + 3] * b[fromB + i + 3];
        }
        for (; i < length; i++) {
            first += a[fromA + i] * b[fromB + i];
        }
        return first + second + (third + fourth);
    }

    /** Adds {@code factor} times the entries of {@code from} that begin at an offset to all entries of {@code to}. */
    static void addScaled(double[] to, double factor, double[] from, int offset) {
        for (int i = 0; i < to.length; i++) {
            to[i] += factor * from[offset + i];
        }
    }
}

package org.mmcr.capacity;

import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.pytorch.Tensor;

/** Numbers between tensors and arrays. */
final class Doubles {
    private Doubles() {}

    /** The entries of a float64 tensor, the last axis fastest. */
    static double[] of(Tensor tensor) {
        double[] values = new double[Math.toIntExact(tensor.numel())];
        try (Tensor flat = tensor.contiguous();
                DoublePointer data = flat.data_ptr_double()) {
            data.get(values);
        }
        return values;
    }

    /** A (rows, columns) float64 tensor with a copy of the values. */
    static Tensor matrix(double[] values, long rows, long columns) {
        return Tensor.create(values).view(rows, columns);
    }

    static Tensor matrix(double[][] rows) {
        int columns = rows[0].length;
        double[] flat = new double[rows.length * columns];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(rows[i], 0, flat, i * columns, columns);
        }
        return matrix(flat, rows.length, columns);
    }

    static double[][] rows(Tensor matrix) {
        double[] flat = of(matrix);
        int columns = Math.toIntExact(matrix.size(1));
        double[][] rows = new double[Math.toIntExact(matrix.size(0))][columns];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(flat, i * columns, rows[i], 0, columns);
        }
        return rows;
    }

    /** Inner product of the first {@code length} entries; four sums, because one would wait for each addition. */
    static double dot(double[] a, double[] b, int length) {
        double first = 0;
        double second = 0;
        double third = 0;
        double fourth = 0;
        int i = 0;
        for (; i + 3 < length; i += 4) {
            first += a[i] * b[i];
            second += a[i + 1] * b[i + 1];
            third += a[i + 2] * b[i + 2];
            fourth += a[i + 3] * b[i + 3];
        }
        for (; i < length; i++) {
            first += a[i] * b[i];
        }
        return first + second + (third + fourth);
    }
}

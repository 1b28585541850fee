package org.mmcr.objective;

import org.bytedeco.pytorch.Tensor;

/** Whitening by a Cholesky factor in plain loops. */
final class Whitening {
    private Whitening() {}

    /** points (N, D) -> the rows with zero mean and the identity as unbiased covariance. */
    static double[][] of(Tensor points) {
        int samples = (int) points.size(0);
        int size = (int) points.size(1);
        double[][] x = new double[samples][size];
        for (int d = 0; d < size; d++) {
            double mean = 0;
            for (int n = 0; n < samples; n++) {
                x[n][d] = points.select(0, n).select(0, d).item_double();
                mean += x[n][d] / samples;
            }
            for (int n = 0; n < samples; n++) {
                x[n][d] -= mean;
            }
        }
        double[][] lower = new double[size][size];
        for (int i = 0; i < size; i++) {
            for (int j = 0; j <= i; j++) {
                double sum = 0;
                for (int n = 0; n < samples; n++) {
                    sum += x[n][i] * x[n][j] / (samples - 1);
                }
                for (int k = 0; k < j; k++) {
                    sum -= lower[i][k] * lower[j][k];
                }
                lower[i][j] = i == j ? Math.sqrt(sum) : sum / lower[j][j];
            }
        }
        for (double[] row : x) {
            for (int i = 0; i < size; i++) {
                for (int k = 0; k < i; k++) {
                    row[i] -= lower[i][k] * row[k];
                }
                row[i] /= lower[i][i];
            }
        }
        return x;
    }

    static double cosine(double[] a, double[] b) {
        double dot = 0;
        double aa = 0;
        double bb = 0;
        for (int i = 0; i < a.length; i++) {
            dot += a[i] * b[i];
            aa += a[i] * a[i];
            bb += b[i] * b[i];
        }
        return dot / Math.sqrt(aa * bb);
    }
}

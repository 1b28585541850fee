package org.mmcr.train.evaluate;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Inverse of c G + l2 I, with G the second moments of the standardised features: the Hessian of multinomial logistic
 * regression up to the coupling of classes (Böhning 1992). Real features have spectra over many orders of magnitude, on
 * which plain L-BFGS creeps; in these coordinates the problem is nearly round.
 *
 * <p>G is estimated on at most {@value #SAMPLE_ROWS} evenly spaced rows and decomposed once for a whole regularisation
 * path. Above {@value #MAX_WIDTH} features that costs more than it saves, and the diagonal (all ones) is used.
 */
final class CurvaturePreconditioner implements AutoCloseable {
    static final int MAX_WIDTH = 4096;
    static final int SAMPLE_ROWS = 8192;

    private static final double SMALLEST_CURVATURE = 1e-6;

    private final Tensor eigenvectors;
    private final double[] eigenvalues;

    private CurvaturePreconditioner(Tensor eigenvectors, double[] eigenvalues) {
        this.eigenvectors = eigenvectors;
        this.eigenvalues = eigenvalues;
    }

    /** For standardised rows (n, F), not modified. */
    static CurvaturePreconditioner of(Tensor rows) {
        int width = Math.toIntExact(rows.size(1));
        if (width > MAX_WIDTH) {
            double[] ones = new double[width];
            Arrays.fill(ones, 1);
            return new CurvaturePreconditioner(torch.empty(0, 0), ones);
        }
        Tensor vectors = torch.empty(width, width);
        double[] values = new double[width];
        try (PointerScope scope = new PointerScope()) {
            Tensor sample = sample(rows);
            Tensor moments = sample.t().mm(sample).to(ScalarType.Double).div_(new Scalar((double) sample.size(0)));
            T_TensorTensor_T decomposition = torch.linalg_eigh(moments, "L");
            vectors.copy_(decomposition.get1());
            FloatBuffer spectrum = NativeFloats.of(decomposition.get0().to(ScalarType.Float));
            for (int i = 0; i < width; i++) {
                values[i] = Math.max(0, spectrum.get(i));
            }
        }
        return new CurvaturePreconditioner(vectors, values);
    }

    /** The inverse for a mean curvature c of the likelihood and a penalty l2, on vectors laid out as W (F, C), b (C). */
    Lbfgs.Preconditioner at(double curvature, double l2, int classes) {
        double c = Math.max(curvature, SMALLEST_CURVATURE);
        double[] inverse = new double[eigenvalues.length];
        for (int i = 0; i < inverse.length; i++) {
            // Directions outside the sample's span have curvature too; without this floor l2 = 0 would divide by zero.
            inverse[i] = 1 / (c * Math.max(eigenvalues[i], 1e-7) + l2);
        }
        return vector -> apply(vector, inverse, 1 / c, classes);
    }

    private void apply(double[] vector, double[] inverse, double biasInverse, int classes) {
        int weightCount = inverse.length * classes;
        if (eigenvectors.numel() == 0) {
            multiplyRows(vector, inverse, classes);
        } else {
            rotateAndMultiply(vector, inverse, classes);
        }
        for (int i = weightCount; i < vector.length; i++) {
            vector[i] *= biasInverse;
        }
    }

    private static void multiplyRows(double[] vector, double[] inverse, int classes) {
        for (int i = 0; i < inverse.length * classes; i++) {
            vector[i] *= inverse[i / classes];
        }
    }

    private void rotateAndMultiply(double[] vector, double[] inverse, int classes) {
        // Unit scale in float32: a gradient near the optimum times a large inverse must neither vanish nor overflow.
        double scale = Lbfgs.maxNorm(vector);
        if (scale == 0) {
            return;
        }
        try (PointerScope scope = new PointerScope()) {
            Tensor matrix = torch.empty(inverse.length, classes);
            FloatBuffer values = NativeFloats.of(matrix);
            for (int i = 0; i < inverse.length * classes; i++) {
                values.put(i, (float) (vector[i] / scale));
            }
            Tensor rotated = eigenvectors.t().mm(matrix);
            FloatBuffer coordinates = NativeFloats.of(rotated);
            for (int i = 0; i < inverse.length * classes; i++) {
                coordinates.put(i, (float) (coordinates.get(i) * inverse[i / classes]));
            }
            FloatBuffer result = NativeFloats.of(eigenvectors.mm(rotated));
            for (int i = 0; i < inverse.length * classes; i++) {
                vector[i] = result.get(i) * scale;
            }
        }
    }

    private static Tensor sample(Tensor rows) {
        long stride = Math.max(1, rows.size(0) / SAMPLE_ROWS);
        return rows.slice(0, new LongOptional(0), new LongOptional(rows.size(0)), stride);
    }

    @Override
    public void close() {
        eigenvectors.close();
    }
}

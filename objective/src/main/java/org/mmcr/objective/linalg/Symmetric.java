package org.mmcr.objective.linalg;

import static org.bytedeco.openblas.global.openblas.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas.CblasRowMajor;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Arithmetic of symmetric matrices that commute, so that their products are symmetric too.
 *
 * <p>All matrices (m, m), contiguous, of one type on one device. In float32 on the CPU everything but large products goes straight
 * to OpenBLAS: the way through libtorch costs some microseconds a call, as much as the arithmetic when m is 128. Elsewhere
 * libtorch does it.
 */
final class Symmetric {
    private static final int STEPS = 7;
    /** Multiples of the golden ratio's fraction spread evenly over 0..1. */
    private static final double GOLDEN = 0.6180339887498949;

    private Symmetric() {}

    /** c I + x A + B. */
    static Tensor sum(double c, Tensor a, double x, Tensor b) {
        Tensor sum;
        if (onHost(a)) {
            sum = torch.empty_like(b);
            int entries = entries(a);
            openblas.cblas_scopy(entries, b.data_ptr_float(), 1, sum.data_ptr_float(), 1);
            openblas.cblas_saxpy(entries, (float) x, a.data_ptr_float(), 1, sum.data_ptr_float(), 1);
        } else {
            sum = torch.add(b, a, new Scalar(x));
        }
        return addIdentity(sum, c);
    }

    /** c I + x A B. */
    static Tensor product(double c, double x, Tensor a, Tensor b) {
        if (onHost(a) && !ParallelMatMul.shares(a, b)) {
            Tensor product = torch.empty_like(b);
            Tiles.multiply(x, a, false, b, 0, product);
            return addIdentity(product, c);
        }
        Tensor product = ParallelMatMul.of(a, b).contiguous();
        return addIdentity(x == 1 ? product : product.mul_(new Scalar(x)), c);
    }

    /** sum + x A B, written over sum. */
    static Tensor addProduct(Tensor sum, double x, Tensor a, Tensor b) {
        if (onHost(a) && !ParallelMatMul.shares(a, b)) {
            Tiles.multiply(x, a, false, b, 1, sum);
            return sum;
        }
        return sum.add_(ParallelMatMul.of(a, b), new Scalar(x));
    }

    /** A + c I, written over A. */
    private static Tensor addIdentity(Tensor a, double c) {
        if (c == 0) {
            return a;
        }
        if (onHost(a)) {
            int side = (int) a.size(0);
            try (FloatPointer one = new FloatPointer(1f)) {
                openblas.cblas_saxpy(side, (float) c, one, 0, a.data_ptr_float(), side + 1);
            }
        } else {
            a.diagonal().add_(new Scalar(c));
        }
        return a;
    }

    /** Sum of the eigenvalues. */
    static double trace(Tensor a) {
        return a.trace().item_double();
    }

    /** tr(A B). */
    static double inner(Tensor a, Tensor b) {
        return onHost(a)
                ? openblas.cblas_sdot(entries(a), a.data_ptr_float(), 1, b.data_ptr_float(), 1)
                : a.flatten().dot(b.flatten()).item_double();
    }

    /** The eigenvalue of largest magnitude, or somewhat less: from the growth of a vector that favours no direction. */
    static double largest(Tensor a) {
        float[] start = start((int) a.size(0));
        return onHost(a)
                ? largestOnHost(a, start)
                : largest(a, Tensor.create(start).to(a.device(), a.scalar_type()));
    }

    private static double largest(Tensor a, Tensor start) {
        Tensor before = start;
        for (int i = 0; i < STEPS; i++) {
            before = torch.mv(a, before);
        }
        Tensor after = torch.mv(a, before);
        return Math.sqrt(after.dot(after).item_double() / before.dot(before).item_double());
    }

    private static double largestOnHost(Tensor a, float[] start) {
        int side = start.length;
        try (FloatPointer first = new FloatPointer(start);
                FloatPointer second = new FloatPointer(side)) {
            FloatPointer matrix = a.data_ptr_float();
            FloatPointer before = first;
            FloatPointer after = second;
            for (int i = 0; i <= STEPS; i++) {
                if (i > 0) {
                    FloatPointer swap = before;
                    before = after;
                    after = swap;
                }
                openblas.cblas_sgemv(CblasRowMajor, CblasNoTrans, side, side, 1, matrix, side, before, 1, 0, after, 1);
            }
            double grown = openblas.cblas_sdot(side, after, 1, after, 1);
            return Math.sqrt(grown / openblas.cblas_sdot(side, before, 1, before, 1));
        }
    }

    private static float[] start(int side) {
        float[] start = new float[side];
        for (int i = 0; i < side; i++) {
            double multiple = i * GOLDEN;
            start[i] = (float) (multiple - Math.floor(multiple) - 0.5);
        }
        return start;
    }

    private static boolean onHost(Tensor a) {
        return a.is_cpu() && a.scalar_type().intern() == ScalarType.Float;
    }

    private static int entries(Tensor a) {
        return Math.toIntExact(a.numel());
    }
}

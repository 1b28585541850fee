package org.mmcr.objective.linalg;

import java.util.Arrays;
import java.util.Optional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.objective.linalg.GramPolar.Parts;
import org.mmcr.objective.linalg.PolarFactor.Route;

/**
 * The polar factor of a float32 matrix from eigenvectors of its Gram matrix that are good to float32 alone.
 *
 * <p>A (n, m) with n >= m, V (m, m) orthogonal, about the eigenvectors of A^T A in ascending order, overwritten -> the polar factor,
 * or nothing; three products of n x m, one of m x m, and a decomposition in float64 of the few shortest directions.
 *
 * <p>Squaring leaves the eigenvectors an error of 1e-7 of the longest direction's square, which turns short directions into each
 * other. But B = A V itself loses no digits to that, so what is wrong can be seen and mended in B. The columns shorter
 * than {@value #SHORT} of the longest are made orthogonal to each other by the decomposition of their own Gram matrix.
 * What then remains of overlap S between all columns, brought to length 1, is small and mended to first order, as in
 * {@link GramPolar}. The square of its Frobenius norm is what that leaves, up to a factor near 1. It may be {@value #SMALL_ERROR}, or what
 * the float32 entries of A make uncertain anyway, 6e-8 times the condition number; larger ones are turned away. Of Gaussian square
 * matrices that happens to those with condition numbers above some 30,000.
 */
final class SinglePolar {
    static final double SHORT = 0.03;
    private static final double SMALL_ERROR = 1e-5;
    private static final double EPSILON_FLOAT = Math.ulp(1.0f);

    private final SymmetricEigensolver eigensolver;
    private final Tensor vectors;
    private final Tensor rotated;

    private SinglePolar(Tensor tall, Tensor vectors, SymmetricEigensolver eigensolver) {
        this.eigensolver = eigensolver;
        this.vectors = vectors;
        this.rotated = ParallelMatMul.of(tall, vectors);
    }

    static Optional<Parts> of(Tensor tall, Tensor vectors, SymmetricEigensolver eigensolver) {
        return new SinglePolar(tall, vectors, eigensolver).mended();
    }

    private Optional<Parts> mended() {
        long few = countShort();
        if (2 * few > vectors.size(0)) {
            return Optional.empty();
        }
        if (few > 1) {
            separate(few);
        }
        Tensor lengths = lengths(rotated);
        double shortest = lengths.min().item_double();
        double longest = lengths.max().item_double();
        if (!(shortest > EPSILON_FLOAT * longest)) {
            return Optional.empty();
        }
        Tensor unit = rotated.div_(lengths);
        Tensor overlap = ParallelMatMul.gram(unit);
        overlap.diagonal().zero_();
        double condition = longest / shortest;
        double error = Math.pow(overlap.norm().item_double(), 2);
        if (!(error < Math.max(SMALL_ERROR, EPSILON_FLOAT / 2 * condition))) {
            return Optional.empty();
        }
        Tensor own = lengths.unsqueeze(-1);
        Tensor correction = overlap.mul_(own.div(own.add(lengths)));
        Tensor polar = ParallelMatMul.of(unit.sub(ParallelMatMul.of(unit, correction)), vectors.t());
        return Optional.of(
                new Parts(polar, values(lengths), error + EPSILON_FLOAT * condition, Route.GRAM_SINGLE_CORRECTED));
    }

    /** Up to the last short column; the columns come in ascending order, but for their errors. */
    private long countShort() {
        double[] lengths = TensorArrays.of(lengths(rotated));
        double bound = SHORT * Arrays.stream(lengths).max().orElse(0);
        int last = lengths.length;
        while (last > 0 && !(lengths[last - 1] < bound)) {
            last--;
        }
        return last;
    }

    /** Turns the first columns of B, and of V with them, until they are orthogonal. */
    private void separate(long few) {
        Tensor columns = rotated.narrow(1, 0, few);
        Tensor exact = columns.to(ScalarType.Double);
        Tensor turn = eigensolver.decompose(torch.matmul(exact.t(), exact)).get1();
        columns.copy_(torch.matmul(exact, turn));
        Tensor own = vectors.narrow(1, 0, few);
        own.copy_(torch.matmul(own.to(ScalarType.Double), turn));
    }

    private static Tensor lengths(Tensor matrix) {
        return torch.linalg_vector_norm(matrix, new Scalar(2), new long[] {0}, false, new ScalarTypeOptional());
    }

    private static SingularValues values(Tensor lengths) {
        return SingularValues.of(lengths.to(ScalarType.Double).sort().get0());
    }
}

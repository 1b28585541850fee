package org.mmcr.theory;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.linalg.Escape;

/**
 * Draws points uniformly from the sphere and measures the nuclear norm of their matrix, all singular values accounted for.
 *
 * <p>The singular values are the roots of the eigenvalues of the Gram matrix of the smaller side, in float64. An eigenvalue
 * near zero may be wrong by some 1e-15 of the largest, so its root by 3e-8 of the largest singular value at most: the sum is
 * right to better than 1e-7 of itself.
 *
 * <p>With fewer points than dimensions the points need not be drawn in full. Their Gram matrix is that of a lower triangular
 * matrix with independent entries, normal below the diagonal and chi distributed with D, D - 1, ... degrees of freedom on it,
 * whose rows are brought to length 1 (Bartlett 1933: the triangular factor of a Gaussian matrix; the lengths of its rows are
 * those of the Gaussian rows). A draw then costs O(N^3) whatever D is.
 */
public final class UniformSimulation {
    /** Rows are drawn this many numbers at a time. */
    private static final long BLOCK = 1 << 23;

    private UniformSimulation() {}

    /**
     * The nuclear norm of one draw of {@code points} uniform unit vectors in {@code dimensions} dimensions: a function of its
     * arguments alone. O(min(N, D)^2 max(N, D)) time, O(min(N, D)^2) memory, about 24 bytes a number.
     */
    public static double nuclearNorm(long points, long dimensions, long seed) {
        MmcrBounds.requireSizes(points, dimensions);
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            GeneratorOptional random = new GeneratorOptional(torch.make_generator_cpu(seed));
            Tensor gram = points < dimensions
                    ? gramOfTriangle(points, dimensions, random, seed)
                    : gramOfPoints(points, dimensions, random);
            return ofGram(gram);
        }
    }

    /** The nuclear norm of a matrix A from A^T A or A A^T, float64. */
    static double ofGram(Tensor gram) {
        Tensor squares = torch.linalg_eigvalsh(gram);
        return squares.clamp_min(new Scalar(0)).sqrt().sum().item_double();
    }

    /** (D, D), points by the block. */
    private static Tensor gramOfPoints(long points, long dimensions, GeneratorOptional random) {
        Tensor gram = torch.zeros(new long[] {dimensions, dimensions}, doubles());
        long rows = Math.max(1, BLOCK / dimensions);
        for (long done = 0; done < points; done += rows) {
            try (PointerScope block = new PointerScope()) {
                Tensor drawn = torch.zeros(new long[] {Math.min(rows, points - done), dimensions}, doubles());
                normaliseRows(drawn.normal_(0, 1, random));
                gram.addmm_(drawn.t(), drawn);
            }
        }
        return gram;
    }

    /** (N, N). */
    private static Tensor gramOfTriangle(long points, long dimensions, GeneratorOptional random, long seed) {
        try (Escape scope = new Escape()) {
            Tensor triangle = torch.zeros(new long[] {points, points}, doubles());
            triangle.normal_(0, 1, random).tril_(-1);
            triangle.diagonal().copy_(Tensor.create(chi(points, dimensions, seed)));
            normaliseRows(triangle);
            return scope.keep(torch.matmul(triangle, triangle.t()));
        }
    }

    /** Chi variables with {@code degrees}, {@code degrees - 1}, ... degrees of freedom. */
    private static double[] chi(long count, long degrees, long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        double[] drawn = new double[Math.toIntExact(count)];
        for (int i = 0; i < drawn.length; i++) {
            drawn[i] = Math.sqrt(2 * gamma((degrees - i) / 2.0, random));
        }
        return drawn;
    }

    /** A gamma variable of shape {@code shape} and scale 1 by rejection (Marsaglia and Tsang 2000). */
    private static double gamma(double shape, RandomGenerator random) {
        if (shape < 1) {
            return gamma(shape + 1, random) * Math.pow(1 - random.nextDouble(), 1 / shape);
        }
        double d = shape - 1 / 3.0;
        double c = 1 / Math.sqrt(9 * d);
        while (true) {
            double x = random.nextGaussian();
            double v = Math.pow(1 + c * x, 3);
            if (v > 0 && Math.log(1 - random.nextDouble()) < x * x / 2 + d - d * v + d * Math.log(v)) {
                return d * v;
            }
        }
    }

    private static void normaliseRows(Tensor rows) {
        rows.div_(torch.linalg_vector_norm(rows, new Scalar(2), new long[] {1}, true, new ScalarTypeOptional()));
    }

    private static TensorOptions doubles() {
        return new TensorOptions(ScalarType.Double);
    }
}

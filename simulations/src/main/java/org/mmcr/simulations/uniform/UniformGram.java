package org.mmcr.simulations.uniform;

import static org.bytedeco.openblas.global.openblas.CblasLower;
import static org.bytedeco.openblas.global.openblas.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas.CblasTrans;
import static org.bytedeco.openblas.global.openblas.LAPACKE_dlauum_work;
import static org.bytedeco.openblas.global.openblas.LAPACKE_slauum_work;
import static org.bytedeco.openblas.global.openblas.LAPACK_COL_MAJOR;
import static org.bytedeco.openblas.global.openblas.cblas_dsyrk;
import static org.bytedeco.openblas.global.openblas.cblas_ssyrk;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Draws the smaller Gram matrix of uniform points on the sphere: (m, m), m = min(N, D). Its eigenvalues are the
 * squared singular values of the matrix of points. The lower triangle is filled, the rest is zero.
 *
 * <p>For {@code N <= D} the points need not be drawn. Their Gram matrix is that of a lower triangular matrix with
 * independent entries, normal below the diagonal and chi distributed with D, D - 1, ... degrees of freedom on it,
 * whose rows are normalised (Bartlett 1933: it is the triangular factor of a Gaussian matrix, and its rows have the
 * norms of the Gaussian rows). A draw then costs N^3 / 6 multiplications for any D; otherwise N D^2 / 2.
 *
 * <p>The normal numbers are the same in both precisions, so that a seed determines the points.
 */
final class UniformGram {
    /** Count of random numbers per block of rows. */
    private static final long BLOCK = 1 << 23;

    private final long points;
    private final long dimensions;
    private final long seed;
    private final ScalarType type;
    private final GeneratorOptional random;

    private UniformGram(long points, long dimensions, long seed, ScalarType type) {
        this.points = points;
        this.dimensions = dimensions;
        this.seed = seed;
        this.type = type;
        this.random = new GeneratorOptional(torch.make_generator_cpu(seed));
    }

    /** Draws a Gram matrix of type Float or Double, owned by the caller's {@code PointerScope}. */
    static Tensor draw(long points, long dimensions, long seed, ScalarType type) {
        UniformGram gram = new UniformGram(points, dimensions, seed, type);
        return points <= dimensions ? gram.ofTriangle() : gram.ofPoints();
    }

    private Tensor ofPoints() {
        Tensor gram = torch.zeros(new long[] {dimensions, dimensions}, new TensorOptions(type));
        long rows = Math.max(1, BLOCK / dimensions);
        for (long done = 0; done < points; done += rows) {
            try (PointerScope block = new PointerScope()) {
                addProducts(gram, normalised(normals(Math.min(rows, points - done), dimensions)));
            }
        }
        return gram;
    }

    private Tensor ofTriangle() {
        Tensor triangle = torch.zeros(new long[] {points, points}, new TensorOptions(type));
        Tensor diagonal = Tensor.create(chi(points, dimensions, seed)).to(type);
        long rows = Math.max(1, BLOCK / points);
        for (long done = 0; done < points; done += rows) {
            try (PointerScope block = new PointerScope()) {
                long count = Math.min(rows, points - done);
                Tensor drawn = normals(count, points).tril_(done - 1);
                drawn.diagonal(done, 0, 1).copy_(diagonal.narrow(0, done, count));
                triangle.narrow(0, done, count).copy_(normalised(drawn));
            }
        }
        multiplyByTranspose(triangle);
        return triangle;
    }

    private Tensor normals(long rows, long columns) {
        Tensor drawn = torch.zeros(new long[] {rows, columns}, new TensorOptions(ScalarType.Float));
        return drawn.normal_(0, 1, random).to(type);
    }

    private static Tensor normalised(Tensor rows) {
        return rows.div_(torch.linalg_vector_norm(rows, new Scalar(2), new long[] {1}, true, new ScalarTypeOptional()));
    }

    /** Adds rows^T rows to the lower triangle of gram. */
    private void addProducts(Tensor gram, Tensor rows) {
        int d = Math.toIntExact(dimensions);
        int n = Math.toIntExact(rows.size(0));
        if (type == ScalarType.Double) {
            cblas_dsyrk(
                    CblasRowMajor,
                    CblasLower,
                    CblasTrans,
                    d,
                    n,
                    1,
                    rows.data_ptr_double(),
                    d,
                    1,
                    gram.data_ptr_double(),
                    d);
        } else {
            cblas_ssyrk(
                    CblasRowMajor,
                    CblasLower,
                    CblasTrans,
                    d,
                    n,
                    1,
                    rows.data_ptr_float(),
                    d,
                    1,
                    gram.data_ptr_float(),
                    d);
        }
    }

    /**
     * Replaces L by L^T L, which has the eigenvalues of L L^T. The row-major L is the upper triangle of column-major
     * LAPACK.
     */
    private void multiplyByTranspose(Tensor triangle) {
        int n = Math.toIntExact(points);
        int failed = type == ScalarType.Double
                ? LAPACKE_dlauum_work(LAPACK_COL_MAJOR, (byte) 'U', n, triangle.data_ptr_double(), n)
                : LAPACKE_slauum_work(LAPACK_COL_MAJOR, (byte) 'U', n, triangle.data_ptr_float(), n);
        if (failed != 0) {
            throw new IllegalStateException("lauum rejected argument " + -failed);
        }
    }

    /** Draws chi variables with {@code degrees}, {@code degrees - 1}, ... degrees of freedom. */
    private static double[] chi(long count, long degrees, long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        double[] drawn = new double[Math.toIntExact(count)];
        for (int i = 0; i < drawn.length; i++) {
            drawn[i] = Math.sqrt(2 * gamma((degrees - i) / 2.0, random));
        }
        return drawn;
    }

    /** Draws a gamma variable of shape {@code shape} and scale 1 by rejection (Marsaglia and Tsang 2000). */
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
}

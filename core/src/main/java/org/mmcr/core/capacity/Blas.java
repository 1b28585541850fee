package org.mmcr.core.capacity;

import static org.bytedeco.openblas.global.openblas.CblasLeft;
import static org.bytedeco.openblas.global.openblas.CblasLower;
import static org.bytedeco.openblas.global.openblas.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas.CblasNonUnit;
import static org.bytedeco.openblas.global.openblas.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas.CblasTrans;
import static org.bytedeco.openblas.global.openblas.LAPACK_COL_MAJOR;

import org.bytedeco.openblas.global.openblas;
import org.mmcr.core.MmcrException;

/**
 * Products and decompositions of {@link Matrix} by OpenBLAS. LAPACK reads our rows as columns, so every call is
 * written for the transpose.
 */
final class Blas {
    /** Ratio of a Cholesky factor's pivots above which Householder reflections are more accurate by two digits. */
    private static final double LOPSIDED = 10;

    private Blas() {}

    /** a (m, k), b (k, n) -> a b (m, n). */
    static Matrix product(Matrix a, Matrix b) {
        Matrix out = Matrix.zeros(a.rows(), b.columns());
        if (a.columns() > 0 && out.values().length > 0) {
            multiply(a, CblasNoTrans, b, CblasNoTrans, 1, 0, out);
        }
        return out;
    }

    /** a (m, k), b (n, k) -> a b' (m, n). */
    static Matrix productTransposed(Matrix a, Matrix b) {
        Matrix out = Matrix.zeros(a.rows(), b.rows());
        if (a.columns() > 0 && out.values().length > 0) {
            multiply(a, CblasNoTrans, b, CblasTrans, 1, 0, out);
        }
        return out;
    }

    /** from -= a b, in place. */
    static void subtractProduct(Matrix from, Matrix a, Matrix b) {
        if (a.columns() > 0) {
            multiply(a, CblasNoTrans, b, CblasNoTrans, -1, 1, from);
        }
    }

    private static void multiply(Matrix a, int turnA, Matrix b, int turnB, double factor, double keep, Matrix out) {
        openblas.cblas_dgemm(
                CblasRowMajor,
                turnA,
                turnB,
                out.rows(),
                out.columns(),
                a.columns(),
                factor,
                a.values(),
                a.columns(),
                b.values(),
                b.columns(),
                keep,
                out.values(),
                out.columns());
    }

    /** a (m, k) -> a a' (m, m). */
    static Matrix products(Matrix a) {
        Matrix out = Matrix.zeros(a.rows(), a.rows());
        openblas.cblas_dsyrk(
                CblasRowMajor,
                CblasLower,
                CblasNoTrans,
                a.rows(),
                a.columns(),
                1,
                a.values(),
                a.columns(),
                0,
                out.values(),
                a.rows());
        mirror(out);
        return out;
    }

    /** a (m, k) -> the lower triangle of a' a (k, k); above the diagonal zeros. */
    static Matrix lowerProductsOfColumns(Matrix a) {
        Matrix out = Matrix.zeros(a.columns(), a.columns());
        openblas.cblas_dsyrk(
                CblasRowMajor,
                CblasLower,
                CblasTrans,
                a.columns(),
                a.rows(),
                1,
                a.values(),
                a.columns(),
                0,
                out.values(),
                a.columns());
        return out;
    }

    private static void mirror(Matrix lower) {
        int size = lower.rows();
        double[] values = lower.values();
        for (int i = 0; i < size; i++) {
            for (int k = 0; k < i; k++) {
                values[k * size + i] = values[i * size + k];
            }
        }
    }

    /** a (m, n), m at most n, overwritten -> lower triangular l (m, m) with l l' = a a'. */
    static Matrix lowerFactor(Matrix a) {
        reflect(a);
        return lower(a);
    }

    /** a (m, n), m at most n -> lower triangular l (m, m); a becomes q (m, n) with orthonormal rows, l q = a. */
    static Matrix factor(Matrix a) {
        double[] scales = reflect(a);
        Matrix lower = lower(a);
        int width = a.columns();
        check(
                "dorgqr",
                openblas.LAPACKE_dorgqr(LAPACK_COL_MAJOR, width, a.rows(), a.rows(), a.values(), width, scales));
        return lower;
    }

    /**
     * a (m, n), m at most n, is replaced by orthonormal rows with the same span, each at an acute angle to its row.
     */
    static void orthonormalRows(Matrix a) {
        if (a.rows() == 0) {
            return;
        }
        Matrix lower = factor(a);
        for (int i = 0; i < a.rows(); i++) {
            if (lower.values()[i * (a.rows() + 1)] < 0) {
                for (int k = i * a.columns(); k < (i + 1) * a.columns(); k++) {
                    a.values()[k] = -a.values()[k];
                }
            }
        }
    }

    /**
     * The same by a Cholesky factor of the inner products, a fifth of the work, for nearly orthonormal rows. For other
     * rows, where it would lose digits, it falls back to reflections.
     */
    static void orthonormalAgain(Matrix a) {
        Matrix inner = products(a);
        int count = a.rows();
        int failed = openblas.LAPACKE_dpotrf(LAPACK_COL_MAJOR, (byte) 'U', count, inner.values(), count);
        double least = Double.POSITIVE_INFINITY;
        double most = 0;
        for (int i = 0; i < count; i++) {
            least = Math.min(least, inner.values()[i * (count + 1)]);
            most = Math.max(most, inner.values()[i * (count + 1)]);
        }
        if (failed != 0 || !(most < LOPSIDED * least)) {
            orthonormalRows(a);
            return;
        }
        openblas.cblas_dtrsm(
                CblasRowMajor,
                CblasLeft,
                CblasLower,
                CblasNoTrans,
                CblasNonUnit,
                count,
                a.columns(),
                1,
                inner.values(),
                count,
                a.values(),
                a.columns());
    }

    private static double[] reflect(Matrix a) {
        double[] scales = new double[a.rows()];
        check(
                "dgeqrf",
                openblas.LAPACKE_dgeqrf(LAPACK_COL_MAJOR, a.columns(), a.rows(), a.values(), a.columns(), scales));
        return scales;
    }

    private static Matrix lower(Matrix a) {
        Matrix lower = Matrix.zeros(a.rows(), a.rows());
        for (int i = 0; i < a.rows(); i++) {
            System.arraycopy(a.values(), i * a.columns(), lower.values(), i * a.rows(), i + 1);
        }
        return lower;
    }

    /** Singular values, descending, and the left vectors scaled by them: {@code scaled scaled' = a a'}. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Singular(double[] values, Matrix scaled) {}

    /** a (m, n), overwritten -> its singular values and scaled left vectors (m, min(m, n)). */
    static Singular singular(Matrix a) {
        int few = Math.min(a.rows(), a.columns());
        double[] values = new double[few];
        double[] unused = new double[Math.multiplyExact(a.columns(), few)];
        // Columns of a' are rows of a: its right vectors, which come as rows of (few, m) by columns, are the left ones
        // of a.
        Matrix left = Matrix.zeros(a.rows(), few);
        check(
                "dgesdd",
                openblas.LAPACKE_dgesdd(
                        LAPACK_COL_MAJOR,
                        (byte) 'S',
                        a.columns(),
                        a.rows(),
                        a.values(),
                        a.columns(),
                        values,
                        unused,
                        a.columns(),
                        left.values(),
                        few));
        for (int i = 0; i < left.values().length; i++) {
            left.values()[i] *= values[i % few];
        }
        return new Singular(values, left);
    }

    /**
     * Returns the eigenvalues, ascending, of a symmetric matrix of which the lower triangle is given; it is
     * overwritten.
     */
    static double[] eigenvalues(Matrix lower) {
        double[] values = new double[lower.rows()];
        check(
                "dsyevd",
                openblas.LAPACKE_dsyevd(
                        LAPACK_COL_MAJOR, (byte) 'N', (byte) 'U', lower.rows(), lower.values(), lower.rows(), values));
        return values;
    }

    /** a (m, n), m at most n, overwritten -> its singular values, descending. */
    static double[] singularValues(Matrix a) {
        double[] values = new double[a.rows()];
        double[] unused = new double[1];
        check(
                "dgesdd",
                openblas.LAPACKE_dgesdd(
                        LAPACK_COL_MAJOR,
                        (byte) 'N',
                        a.columns(),
                        a.rows(),
                        a.values(),
                        a.columns(),
                        values,
                        unused,
                        a.columns(),
                        unused,
                        a.rows()));
        return values;
    }

    /**
     * Returns the eigenvalues of b^-1 a, ascending, of symmetric matrices (n, n) of which the lower triangles are
     * given; b is positive definite. Both are overwritten.
     */
    static double[] eigenvalues(Matrix a, Matrix b) {
        double[] values = new double[a.rows()];
        check(
                "dsygv",
                openblas.LAPACKE_dsygv(
                        LAPACK_COL_MAJOR,
                        1,
                        (byte) 'N',
                        (byte) 'U',
                        a.rows(),
                        a.values(),
                        a.rows(),
                        b.values(),
                        a.rows(),
                        values));
        return values;
    }

    private static void check(String routine, int info) {
        if (info != 0) {
            throw new MmcrException("expected a decomposition by LAPACK's " + routine + ", found its status " + info
                    + "; look for numbers that are not finite or far apart");
        }
    }
}

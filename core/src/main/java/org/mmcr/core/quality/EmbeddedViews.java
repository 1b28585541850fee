package org.mmcr.core.quality;

import java.util.OptionalInt;
import org.apiguardian.api.API;
import org.mmcr.core.MmcrException;
import org.mmcr.core.capacity.Matrix;

/**
 * Embeddings of K views of each of N pictures.
 *
 * @param rows (N*K, D), the K views of a picture in adjacent rows, all finite; not copied and not modified
 * @param views K, at least 1
 */
@API(status = API.Status.STABLE)
public record EmbeddedViews(Matrix rows, int views) {
    public EmbeddedViews {
        if (views < 1) {
            throw new MmcrException("expected at least 1 view of each picture, found " + views);
        }
        if (rows.rows() == 0 || rows.rows() % views != 0) {
            throw new MmcrException("expected a positive multiple of " + views + " rows, found " + rows.rows()
                    + "; pass all views of every picture, picture by picture");
        }
        if (rows.columns() == 0) {
            throw new MmcrException("expected at least 1 dimension, found none; check the embeddings' shape");
        }
        for (int i = 0; i < rows.values().length; i++) {
            if (!Double.isFinite(rows.values()[i])) {
                throw new MmcrException("expected finite embeddings, found " + rows.values()[i] + " in row "
                        + i / rows.columns() + "; remove the picture or embed it again");
            }
        }
    }

    /**
     * Returns the embeddings of an array.
     *
     * @param rows (N*K, D), the K views of a picture in adjacent rows; copied
     * @param views K
     * @throws MmcrException if the shape does not fit, or a number is not finite
     */
    public static EmbeddedViews of(double[][] rows, int views) {
        return new EmbeddedViews(Matrix.of(rows), views);
    }

    /** Returns the number of pictures, N. */
    public int pictures() {
        return rows.rows() / views;
    }

    /** Returns the number of dimensions, D. */
    public int dimension() {
        return rows.columns();
    }

    /** Returns a copy of the views of some pictures, in their order; a picture may occur more than once. */
    EmbeddedViews chosen(int[] pictures) {
        int length = views * dimension();
        Matrix some = Matrix.zeros(pictures.length * views, dimension());
        for (int i = 0; i < pictures.length; i++) {
            System.arraycopy(rows.values(), pictures[i] * length, some.values(), i * length, length);
        }
        return new EmbeddedViews(some, views);
    }

    /** Returns a copy of one view of every picture (N, D), counted from 0. */
    Matrix viewsAt(int view) {
        Matrix some = Matrix.zeros(pictures(), dimension());
        for (int i = 0; i < some.rows(); i++) {
            int from = (i * views + view) * dimension();
            System.arraycopy(rows.values(), from, some.values(), i * dimension(), dimension());
        }
        return some;
    }

    /** Returns the mean of each picture's views (N, D). */
    Matrix centroids() {
        Matrix means = Matrix.zeros(pictures(), dimension());
        for (int row = 0; row < rows.rows(); row++) {
            int to = row / views * dimension();
            int from = row * dimension();
            for (int d = 0; d < dimension(); d++) {
                means.values()[to + d] += rows.values()[from + d] / views;
            }
        }
        return means;
    }

    /** Returns the first row that consists of zeros, which has no direction. */
    public OptionalInt firstZeroRow() {
        for (int row = 0; row < rows.rows(); row++) {
            boolean zero = true;
            for (int d = 0; d < dimension() && zero; d++) {
                zero = rows.values()[row * dimension() + d] == 0;
            }
            if (zero) {
                return OptionalInt.of(row);
            }
        }
        return OptionalInt.empty();
    }

    /** Returns a copy with rows of length 1; none may be zero. */
    EmbeddedViews unit() {
        Matrix unit = Matrix.zeros(rows.rows(), dimension());
        for (int row = 0; row < rows.rows(); row++) {
            int from = row * dimension();
            double largest = 0;
            for (int d = 0; d < dimension(); d++) {
                largest = Math.max(largest, Math.abs(rows.values()[from + d]));
            }
            double squares = 0;
            for (int d = 0; d < dimension(); d++) {
                double value = rows.values()[from + d] / largest;
                unit.values()[from + d] = value;
                squares += value * value;
            }
            double length = Math.sqrt(squares);
            for (int d = 0; d < dimension(); d++) {
                unit.values()[from + d] /= length;
            }
        }
        return new EmbeddedViews(unit, views);
    }
}

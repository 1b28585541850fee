package org.mmcr.core.capacity;

import java.io.Serializable;
import org.apiguardian.api.API;
import org.mmcr.core.MmcrException;

/**
 * Count, mean and largest entry of the points of a manifold.
 *
 * @param name name in messages and results
 * @param points number of points
 * @param mean of the points, N entries
 * @param largest absolute entry
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of data, never compared
@API(status = API.Status.STABLE)
public record ManifoldMoments(String name, long points, double[] mean, double largest) implements Serializable {
    /**
     * Computes the moments and checks the points.
     *
     * @param points (m, N)
     * @throws MmcrException if it has no points, or an entry that is not finite
     */
    public static ManifoldMoments of(String name, Matrix points) {
        if (points.values().length == 0) {
            throw new MmcrException("expected points (m, N) in manifold " + name + ", found none");
        }
        double largest = largest(name, points);
        // In units of the largest entry, because a sum of huge numbers would overflow.
        double unit = largest > 0 ? largest : 1;
        double[] mean = new double[points.columns()];
        double[] values = points.values();
        for (int from = 0; from < values.length; from += mean.length) {
            for (int d = 0; d < mean.length; d++) {
                mean[d] += values[from + d] / unit;
            }
        }
        for (int d = 0; d < mean.length; d++) {
            mean[d] = mean[d] / points.rows() * unit;
        }
        return new ManifoldMoments(name, points.rows(), mean, largest);
    }

    private static double largest(String name, Matrix points) {
        double largest = 0;
        for (int i = 0; i < points.values().length; i++) {
            double size = Math.abs(points.values()[i]);
            if (!(size < Double.POSITIVE_INFINITY)) {
                throw new MmcrException("expected finite points, found NaN or infinity in manifold " + name + ", point "
                        + i / points.columns() + "; remove that point");
            }
            largest = Math.max(largest, size);
        }
        return largest;
    }
}

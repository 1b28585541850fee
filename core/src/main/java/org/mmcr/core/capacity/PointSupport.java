package org.mmcr.core.capacity;

import java.io.Serializable;
import java.util.List;
import org.apiguardian.api.API;
import org.mmcr.core.MmcrException;

/**
 * How often and how strongly each point of one manifold supports its anchors, over all directions. The weights of a
 * direction are the dual variables x of {@link AnchorProblem}; of points that coincide, one gets all the weight.
 *
 * @param active (m) number of directions in which the point has a positive weight
 * @param cost (m) sum over the directions of |v - t|^2 times the point's fraction of the weights; over all points this
 *     adds up to the sum of |v - t|^2, which is the number of directions over the capacity
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of data, never compared
@API(status = API.Status.STABLE)
public record PointSupport(int[] active, double[] cost) implements Serializable {
    /** Returns the support of {@code points} points in no direction. */
    static PointSupport none(int points) {
        return new PointSupport(new int[points], new double[points]);
    }

    /**
     * Returns the sum over batches of directions.
     *
     * @throws MmcrException if their numbers of points differ
     */
    static PointSupport sum(List<PointSupport> batches) {
        PointSupport sum = none(batches.isEmpty() ? 0 : batches.get(0).active.length);
        for (PointSupport batch : batches) {
            if (batch.active.length != sum.active.length) {
                throw new MmcrException("expected batches of one manifold, found " + sum.active.length + " and "
                        + batch.active.length + " points");
            }
            for (int i = 0; i < sum.active.length; i++) {
                sum.active[i] += batch.active[i];
                sum.cost[i] += batch.cost[i];
            }
        }
        return sum;
    }

    /** Adds a direction with weights x and squared distance |v - t|^2. */
    void add(double[] x, double squaredDistance) {
        double total = 0;
        for (int i = 0; i < active.length; i++) {
            total += x[i];
        }
        for (int i = 0; i < active.length; i++) {
            if (x[i] > 0) {
                active[i]++;
                cost[i] += squaredDistance * x[i] / total;
            }
        }
    }
}

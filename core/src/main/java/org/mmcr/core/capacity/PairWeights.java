package org.mmcr.core.capacity;

import java.io.Serializable;
import org.apiguardian.api.API;

/**
 * The solution of one pair of a direction and a dichotomy: the weights of the points, without those that are zero.
 *
 * @param points indices, ascending
 * @param weights z of each of them
 * @param squaredLength squared length of the weighted sum of signed points
 * @param gap largest violating slope divided by the largest inner product of a point with the direction
 * @param unique whether no other weights are optimal
 */
@API(status = API.Status.STABLE)
@SuppressWarnings("ArrayRecordComponent") // never compared
public record PairWeights(int[] points, double[] weights, double squaredLength, double gap, boolean unique)
        implements Serializable {}

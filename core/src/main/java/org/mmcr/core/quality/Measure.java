package org.mmcr.core.quality;

import java.util.Locale;
import org.apiguardian.api.API;

/** The measures of {@link RepresentationQuality}. */
@API(status = API.Status.STABLE)
public enum Measure {
    /** Exponential of the entropy of all rows' singular values, not centred; 1 to min(rows, D). */
    RANKME,
    /** Sum of the covariance's eigenvalues divided by the largest; 1 to D. */
    NESUM,
    /** Effective number of directions in which pictures differ more than their views; up to D. */
    LIDAR,
    /** Exponent of the power law of the covariance's eigenvalues. */
    ALPHA_REQ,
    /** Effective rank of the centroids of unit views; 1 to min(N, D). */
    EFFECTIVE_RANK,
    /** Missing fraction of the upper bound of the centroids' nuclear norm, 0 to 1. */
    PERCENT_ERROR,
    /** Mean squared distance of two unit views of a picture, 0 to 4. */
    ALIGNMENT,
    /** Log of the mean of exp(-2 d^2) over pairs of pictures; 0 if all coincide. */
    UNIFORMITY,
    /** Accuracy of a nearest neighbour that predicts k-means clusters from earlier rows, 0 to 1. */
    CLUSTER_LEARNABILITY,
    /** Intrinsic dimension by the two nearest neighbours. */
    INTRINSIC_DIMENSION,
    /** InfoNCE between two views of a picture, in nats, at most log N. */
    INFONCE,
    /** Pictures per dimension that a linear read-out can separate in spite of their views. */
    VIEW_CAPACITY,
    /** Radius of a picture's views in norms of their centre. */
    VIEW_RADIUS,
    /** Dimension of a picture's views. */
    VIEW_DIMENSION;

    /** Returns the name in JSON documents. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}

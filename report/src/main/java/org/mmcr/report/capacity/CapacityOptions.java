package org.mmcr.report.capacity;

import java.util.OptionalInt;
import org.mmcr.MmcrException;

/**
 * How capacity is measured.
 *
 * @param kappa margin that the read-out must keep, at least 0
 * @param directions Gaussian directions for each manifold
 * @param seed of every draw
 * @param maxPoints points of a manifold that are used, a random choice where there are more
 * @param project random projection to that many dimensions first, where there are more
 */
public record CapacityOptions(double kappa, int directions, long seed, OptionalInt maxPoints, OptionalInt project) {
    public CapacityOptions {
        if (!(kappa >= 0 && kappa < Double.POSITIVE_INFINITY)) {
            throw new MmcrException("expected a finite margin of at least 0, found " + kappa);
        }
        if (directions < 2 || maxPoints.orElse(1) < 1 || project.orElse(1) < 1) {
            throw new MmcrException("expected at least 2 directions, 1 point and 1 dimension, found " + directions
                    + ", " + maxPoints.orElse(1) + " and " + project.orElse(1));
        }
    }

    /** Margin 0 and 300 directions, as published. */
    public static CapacityOptions defaults() {
        return new CapacityOptions(0, 300, 0, OptionalInt.empty(), OptionalInt.empty());
    }
}

package org.mmcr.core.capacity;

import java.io.Serializable;
import org.apiguardian.api.API;
import org.mmcr.core.MmcrException;

/**
 * Settings of a capacity measurement.
 *
 * @param kappa margin that the read-out must keep, at least 0
 * @param directions Gaussian directions for each manifold, at least 10
 * @param seed seed of every draw
 * @param costliest points with the largest support that are also left out, each in turn, at least 0
 */
@API(status = API.Status.STABLE)
public record CapacityOptions(double kappa, int directions, long seed, int costliest) implements Serializable {
    private static final int LEAST = 10;

    public CapacityOptions {
        if (!(kappa >= 0 && kappa < Double.POSITIVE_INFINITY)) {
            throw new MmcrException("expected a finite margin of at least 0, found " + kappa);
        }
        if (costliest < 0) {
            throw new MmcrException("expected at least 0 points to leave out, found " + costliest);
        }
        if (directions < LEAST) {
            throw new MmcrException("expected at least " + LEAST + " directions, found " + directions
                    + "; 300 are usual, and fewer say little");
        }
    }

    /** Creates settings that leave no point out. */
    public CapacityOptions(double kappa, int directions, long seed) {
        this(kappa, directions, seed, 0);
    }

    /** Margin 0 and 300 directions, as published. */
    public static CapacityOptions defaults() {
        return new CapacityOptions(0, 300, 0);
    }
}

package org.mmcr.simulations.figure1;

import java.util.Locale;
import org.mmcr.simulations.uniform.UniformSimulation;

/** How a nuclear norm is measured. */
public enum Method {
    /** From all singular values, in float64. */
    EXACT,
    /** Estimated from moments and log-determinants in float32, with a standard error. */
    FAST;

    UniformSimulation.Draw draw(long points, long dimensions, long seed) {
        return this == EXACT
                ? UniformSimulation.exact(points, dimensions, seed)
                : UniformSimulation.fast(points, dimensions, seed);
    }

    /** The word on the command line and in the documents. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

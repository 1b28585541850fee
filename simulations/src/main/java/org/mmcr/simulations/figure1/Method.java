package org.mmcr.simulations.figure1;

import java.util.Locale;
import org.mmcr.simulations.uniform.UniformSimulation;

/** Method of measuring a nuclear norm. */
public enum Method {
    /** All singular values, in float64. */
    EXACT,
    /** An estimate from moments and log-determinants in float32, with a standard error. */
    FAST;

    UniformSimulation.Draw draw(long points, long dimensions, long seed) {
        return this == EXACT
                ? UniformSimulation.exact(points, dimensions, seed)
                : UniformSimulation.fast(points, dimensions, seed);
    }

    /** Name on the command line and in documents. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

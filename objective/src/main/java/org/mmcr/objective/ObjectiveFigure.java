package org.mmcr.objective;

import org.apiguardian.api.API;

/**
 * Description of one figure that an objective reports besides its loss.
 *
 * @param name JSON key in snake case, for instance {@code percent_error}
 * @param title heading of a chart or table row
 * @param description one sentence about the figure, without a full stop
 * @param fraction whether the figure is a fraction in 0..1 that is shown in percent
 * @param better which direction is an improvement
 */
@API(status = API.Status.STABLE)
public record ObjectiveFigure(String name, String title, String description, boolean fraction, Better better) {

    /** The direction of an improvement. */
    public enum Better {
        /** Larger is better. */
        HIGHER,
        /** Smaller is better. */
        LOWER,
        /** The figure describes and does not rate. */
        NEITHER
    }
}

package org.mmcr.data.views;

/**
 * The resampling filters, as Pillow defines them. When a picture shrinks, the filter is stretched by the factor of
 * shrinkage, which is what keeps the result free of aliasing.
 */
public enum Interpolation {
    /** Triangle of half-width 1. */
    BILINEAR(1.0),
    /** Keys' cubic with a = -0.5, half-width 2; overshoots, so results are clamped to 0..255. */
    BICUBIC(2.0);

    private static final double A = -0.5;

    private final double support;

    Interpolation(double support) {
        this.support = support;
    }

    /** Half-width of the filter in source pixels when the picture does not shrink. */
    double support() {
        return support;
    }

    /** The filter's value at distance {@code x} from its centre. */
    double weight(double x) {
        double d = Math.abs(x);
        return switch (this) {
            case BILINEAR -> Math.max(0.0, 1.0 - d);
            case BICUBIC -> {
                if (d < 1.0) {
                    yield ((A + 2.0) * d - (A + 3.0)) * d * d + 1.0;
                }
                yield d < 2.0 ? (((d - 5.0) * d + 8.0) * d - 4.0) * A : 0.0;
            }
        };
    }
}

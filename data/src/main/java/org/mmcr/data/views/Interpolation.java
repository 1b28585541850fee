package org.mmcr.data.views;

/** Resampling filters as in Pillow, which are stretched for downscaling to avoid aliasing. */
public enum Interpolation {
    /** A triangle of half-width 1. */
    BILINEAR(1.0),
    /** Keys' cubic with a = -0.5 and half-width 2; it overshoots, so results are clamped to 0..255. */
    BICUBIC(2.0);

    private static final double A = -0.5;

    private final double support;

    Interpolation(double support) {
        this.support = support;
    }

    /** Returns the half-width of the filter in source pixels, without downscaling. */
    double support() {
        return support;
    }

    /** Returns the value of the filter at distance {@code x} from its centre. */
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

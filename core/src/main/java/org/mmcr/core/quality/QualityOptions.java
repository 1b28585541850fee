package org.mmcr.core.quality;

import org.apiguardian.api.API;
import org.mmcr.core.MmcrException;

/**
 * Settings of a measurement of quality.
 *
 * @param resamples bootstrap samples of the pictures for each interval, 2 or more; 0 for no intervals from resamples
 * @param seed seed of every draw
 */
@API(status = API.Status.STABLE)
public record QualityOptions(int resamples, long seed) {
    private static final int USUAL = 100;
    private static final int FEW = 20;
    /** Number of dimensions above which each bootstrap sample takes many seconds. */
    private static final int WIDE = 1024;

    public QualityOptions {
        if (resamples < 0 || resamples == 1) {
            throw new MmcrException("expected 0 or at least 2 bootstrap samples, found " + resamples
                    + "; 100 are usual, 0 leaves intervals out");
        }
    }

    /** Returns the defaults for embeddings of {@code dimension} numbers: 100 resamples, 20 above 1024 dimensions. */
    public static QualityOptions defaults(int dimension) {
        return new QualityOptions(dimension > WIDE ? FEW : USUAL, 0);
    }

    /** Returns a copy with another seed. */
    public QualityOptions withSeed(long other) {
        return new QualityOptions(resamples, other);
    }

    /** Returns a copy with another number of resamples. */
    public QualityOptions withResamples(int other) {
        return new QualityOptions(other, seed);
    }
}

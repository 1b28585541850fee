package org.mmcr.analysis.capacity;

import org.apiguardian.api.API;
import org.mmcr.core.capacity.CapacityProgress;
import org.mmcr.core.capacity.CorrelatedCapacity;
import org.mmcr.core.capacity.CorrelatedOptions;
import org.mmcr.core.capacity.ManifoldSource;

/** A measurement of {@link CorrelatedCapacity} on its own threads, with its wall time. */
@API(status = API.Status.STABLE)
public final class CorrelatedRun {
    private final CorrelatedOptions options;
    private final int threads;

    /**
     * Prepares a measurement.
     *
     * @param options the pairs of a direction and a dichotomy, and the seed
     * @param threads number of threads, at least 1; the result does not depend on it
     */
    public CorrelatedRun(CorrelatedOptions options, int threads) {
        this.options = options;
        this.threads = threads;
    }

    /**
     * Measures the capacity of the manifolds of a source.
     *
     * @throws org.mmcr.core.MmcrException if there is no manifold, a number is not finite, or given directions or signs
     *     have another length than the points need
     */
    public CorrelatedReport measure(ManifoldSource source, CapacityProgress progress) {
        long began = System.nanoTime();
        try (Workers workers = new Workers(threads)) {
            CorrelatedCapacity measured = CorrelatedCapacity.of(source, options, workers, progress);
            return CorrelatedReport.of(measured, (System.nanoTime() - began) * 1e-9);
        }
    }
}

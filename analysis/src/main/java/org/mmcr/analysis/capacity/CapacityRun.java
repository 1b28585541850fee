package org.mmcr.analysis.capacity;

import org.apiguardian.api.API;
import org.mmcr.core.BlasThreads;
import org.mmcr.core.capacity.CapacityOptions;
import org.mmcr.core.capacity.CapacityProgress;
import org.mmcr.core.capacity.ManifoldCapacity;
import org.mmcr.core.capacity.ManifoldSource;
import org.mmcr.core.capacity.Matrix;
import org.mmcr.core.capacity.SeededRandom;

/** A measurement of {@link ManifoldCapacity} on its own threads, with its wall time. */
@API(status = API.Status.STABLE)
public final class CapacityRun {
    private final CapacityOptions options;
    private final int threads;

    /**
     * Prepares a measurement.
     *
     * @param options number of directions, margin and seed
     * @param threads number of threads, at least 1; the result does not depend on it
     */
    public CapacityRun(CapacityOptions options, int threads) {
        this.options = options;
        this.threads = threads;
    }

    /** Loads OpenBLAS and the random generator, so that a caller can do it while another thread reads data. */
    public static void load() {
        BlasThreads.useOne();
        Matrix.of(new double[][] {{1}}).lowerFactor();
        SeededRandom.generator(0, SeededRandom.Purpose.DIRECTIONS);
    }

    /**
     * Measures the capacity of the manifolds of a source.
     *
     * @throws org.mmcr.core.MmcrException if there are fewer than two manifolds, a number is not finite, or a manifold
     *     has no centre of its own
     */
    public CapacityReport measure(ManifoldSource source, CapacityProgress progress) {
        long began = System.nanoTime();
        try (Workers workers = new Workers(threads)) {
            ManifoldCapacity measured = ManifoldCapacity.of(source, options, workers, progress);
            return CapacityReport.of(measured, (System.nanoTime() - began) * 1e-9);
        }
    }
}

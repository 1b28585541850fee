package org.mmcr.analysis.capacity;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apiguardian.api.API;
import org.mmcr.analysis.capacity.CapacityJob.Measured;
import org.mmcr.analysis.capacity.CapacityJob.Posed;
import org.mmcr.core.capacity.AnchorProblem.Anchors;
import org.mmcr.core.capacity.Centring;
import org.mmcr.core.capacity.ManifoldMoments;
import org.mmcr.core.capacity.ManifoldSource;
import org.mmcr.core.capacity.Matrix;
import org.mmcr.core.capacity.Preparation;
import org.mmcr.core.capacity.Spectrum;
import org.mmcr.train.run.ComputeThreads;

/**
 * Measures the capacity of manifolds, several at a time; every number is the same whatever the number of threads.
 *
 * <p>Reads the manifolds three times: for their centres, for the spectrum of all points, and each for its anchors.
 * With n directions, m points of N dimensions and D = min(m, N) it holds N^2 numbers some times over for the spectrum,
 * or all points where there are fewer of them than dimensions, about 4 m N for each thread, and m^2 + 2 m D + n (m + 2
 * D) for each of {@value #TOGETHER} manifolds.
 */
@API(status = API.Status.STABLE)
public final class CapacityRun {
    /** Manifolds whose problems are in memory together: enough that no thread waits for the last one long. */
    private static final int TOGETHER = 16;

    private final CapacityOptions options;
    private final int threads;

    /** Hears how far the work is. */
    public interface Progress {
        /**
         * {@code done} of {@code total} pieces of a stage are ready; from one thread at a time. A total of 0 says that
         * nobody knows when the stage ends.
         */
        void at(String stage, int done, int total);
    }

    /**
     * @param options directions, seed and the like
     * @param threads that work, at least 1; the result does not depend on it
     */
    public CapacityRun(CapacityOptions options, int threads) {
        this.options = options;
        this.threads = threads;
    }

    /**
     * Loads what the first measurement would wait for: OpenBLAS, and the generator. Other threads may work meanwhile.
     */
    public static void load() {
        ComputeThreads.useOneInBlas();
        Matrix.of(new double[][] {{1}}).lowerFactor();
        SeededRandom.generator(0, SeededRandom.Purpose.DIRECTIONS);
    }

    /** Measures. */
    public CapacityReport measure(ManifoldSource source, Progress progress) {
        long began = System.nanoTime();
        try (Workers workers = new Workers(threads)) {
            Centring centring = Centring.of(moments(source, workers, progress));
            // Work is parallel over classes; threads of OpenBLAS would be in the way, and their number would show.
            ComputeThreads.useOneInBlas();
            // Neither needs the other. The search reports while nobody else does.
            AtomicBoolean alone = new AtomicBoolean();
            Future<Preparation> preparing =
                    workers.begin(() -> Preparation.of(centring, options.seed(), workers, (rank, most) -> {
                        if (alone.get()) {
                            progress.at("common directions tried", rank, 0);
                        }
                    }));
            Spectrum spectrum = new SpectrumOfAll(source, centring, workers).measure(progress);
            alone.set(true);
            CapacityJob job = new CapacityJob(Workers.await(preparing), options);
            List<Measured> measured = measured(source, job, workers, progress);
            return job.report(spectrum, measured, (System.nanoTime() - began) * 1e-9);
        }
    }

    private static List<ManifoldMoments> moments(ManifoldSource source, Workers workers, Progress progress) {
        List<ManifoldMoments> moments = new ArrayList<>();
        for (int from = 0; from < source.count(); from += TOGETHER) {
            moments.addAll(workers.all(
                    from,
                    Math.min(source.count(), from + TOGETHER),
                    i -> ManifoldMoments.of(source.name(i), source.points(i))));
            progress.at("reading", moments.size(), source.count());
        }
        return moments;
    }

    private static List<Measured> measured(ManifoldSource source, CapacityJob job, Workers workers, Progress progress) {
        List<Measured> measured = new ArrayList<>();
        int batches = job.batches();
        for (int from = 0; from < source.count(); from += TOGETHER) {
            int first = from;
            int count = Math.min(TOGETHER, source.count() - from);
            List<Posed> posed = workers.all(0, count, i -> job.pose(first + i, source.points(first + i)));
            List<Anchors> anchors = workers.all(
                    0, count * batches, i -> job.solve(posed.get(i / batches), first + i / batches, i % batches));
            measured.addAll(workers.all(
                    0,
                    count,
                    i -> job.measured(first + i, posed.get(i), anchors.subList(i * batches, (i + 1) * batches))));
            progress.at("anchor points", measured.size(), source.count());
        }
        return measured;
    }
}

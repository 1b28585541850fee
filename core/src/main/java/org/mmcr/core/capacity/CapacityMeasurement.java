package org.mmcr.core.capacity;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.mmcr.core.BlasThreads;
import org.mmcr.core.capacity.AnchorProblem.Anchors;
import org.mmcr.core.capacity.CapacityJob.Measured;
import org.mmcr.core.capacity.CapacityJob.Posed;

/** One measurement of the capacity of many manifolds: the stages and what runs in parallel. */
final class CapacityMeasurement {
    /** Manifolds whose problems are in memory together: enough that no thread waits for the last one long. */
    private static final int TOGETHER = 16;

    private final ManifoldSource source;
    private final CapacityOptions options;
    private final TaskRunner runner;
    private final CapacityProgress progress;

    CapacityMeasurement(ManifoldSource source, CapacityOptions options, TaskRunner runner, CapacityProgress progress) {
        this.source = source;
        this.options = options;
        this.runner = runner;
        this.progress = progress;
    }

    ManifoldCapacity measure() {
        CentreStructure.requireFeasible(source.count());
        Centring centring = Centring.of(moments());
        BlasThreads.useOne();
        SpectrumOfAll spectrum = new SpectrumOfAll(source, centring, runner);
        // The two are independent. The search reports its progress only after the spectrum has finished.
        AtomicBoolean spectrumDone = new AtomicBoolean();
        List<Object> common = runner.all(0, 2, part -> {
            if (part == 0) {
                Spectrum measured = spectrum.measure(progress);
                spectrumDone.set(true);
                return measured;
            }
            return Preparation.of(centring, options.seed(), runner, (rank, most) -> {
                if (spectrumDone.get()) {
                    progress.at("common directions tried", rank, 0);
                }
            });
        });
        CapacityJob job = new CapacityJob((Preparation) common.get(1), options);
        List<Measured> measured = measured(job);
        CostliestPoints points = new CostliestPoints(job, measured);
        if (points.count() > 0) {
            progress.at("points left out", 0, points.count());
        }
        return job.result((Spectrum) common.get(0), measured, points.leaveOut(source, runner));
    }

    private List<ManifoldMoments> moments() {
        List<ManifoldMoments> moments = new ArrayList<>();
        for (int from = 0; from < source.count(); from += TOGETHER) {
            moments.addAll(runner.all(
                    from,
                    Math.min(source.count(), from + TOGETHER),
                    i -> ManifoldMoments.of(source.name(i), source.points(i))));
            progress.at("reading", moments.size(), source.count());
        }
        return moments;
    }

    private List<Measured> measured(CapacityJob job) {
        List<Measured> measured = new ArrayList<>();
        int batches = job.batches();
        for (int from = 0; from < source.count(); from += TOGETHER) {
            int first = from;
            int count = Math.min(TOGETHER, source.count() - from);
            List<Posed> posed = runner.all(0, count, i -> job.pose(first + i, source.points(first + i)));
            List<Anchors> anchors = runner.all(
                    0, count * batches, i -> job.solve(posed.get(i / batches), first + i / batches, i % batches));
            measured.addAll(runner.all(
                    0,
                    count,
                    i -> job.measured(first + i, posed.get(i), anchors.subList(i * batches, (i + 1) * batches))));
            progress.at("anchor points", measured.size(), source.count());
        }
        return measured;
    }
}

package org.mmcr.report.capacity;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apiguardian.api.API;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.capacity.AnchorProblem;
import org.mmcr.capacity.AnchorProblem.Anchors;
import org.mmcr.capacity.CapacitySummary;
import org.mmcr.capacity.Caution;
import org.mmcr.capacity.ManifoldGeometry;
import org.mmcr.capacity.ManifoldMoments;
import org.mmcr.capacity.ManifoldSource;
import org.mmcr.capacity.Preparation;
import org.mmcr.capacity.PreparedManifold;
import org.mmcr.capacity.Spectrum;
import org.mmcr.report.capacity.Draws.Purpose;
import org.mmcr.run.ComputeThreads;

/**
 * Measures the capacity of manifolds, several at a time; every number is the same whatever the number of threads.
 *
 * <p>Reads the manifolds three times: for their centres, for the spectrum of all points, and each for its anchors. With n
 * directions, m points of N dimensions and D = min(m, N) it holds the smaller of N^2 and (all points)^2 numbers for the spectrum,
 * about 5 m N for each thread, and m^2 + m D + n (m + 2 D) for each of {@value #TOGETHER} manifolds.
 */
@API(status = API.Status.STABLE)
public final class CapacityRun {
    /** Manifolds whose problems are in memory together: enough that no thread waits for the last one long. */
    private static final int TOGETHER = 16;
    /** Directions solved one after the other, each beginning where the last one ended. */
    private static final int BATCH = 50;

    private static final int RESAMPLES = 400;
    private static final double LOOSE = 1e-6;

    private final CapacityOptions options;
    private final int threads;

    /** Hears how far the work is. */
    public interface Progress {
        void at(String stage, int done, int total);
    }

    public CapacityRun(CapacityOptions options, int threads) {
        this.options = options;
        this.threads = threads;
    }

    /** One manifold's figures, and what was ill-posed about it. */
    @SuppressWarnings("ArrayRecordComponent") // a carrier of data, never compared
    private record Measured(ManifoldGeometry geometry, int points, double[][] resampled, Set<Caution> cautions) {}

    private record Prepared(AnchorProblem problem, PreparedManifold manifold) {}

    /** Measures. */
    public CapacityReport measure(ManifoldSource source, Progress progress) {
        int before = torch.get_num_threads();
        // Work is parallel over classes; libtorch's own threads would be in the way, and their number would show.
        ComputeThreads.use(1);
        try {
            return measureOnOneThreadEach(source, progress);
        } finally {
            ComputeThreads.use(before);
        }
    }

    private CapacityReport measureOnOneThreadEach(ManifoldSource source, Progress progress) {
        long began = System.nanoTime();
        try (Workers workers = new Workers(threads);
                PointerScope scope = new PointerScope()) {
            List<ManifoldMoments> moments = moments(source, workers, progress);
            Preparation preparation = Preparation.of(moments, options.seed());
            Spectrum spectrum = new SpectrumOfAll(source, preparation, moments, workers).measure(progress);
            List<Measured> measured = geometries(source, preparation, workers, progress);
            CapacitySummary summary = CapacitySummary.of(
                    measured.stream().map(Measured::geometry).toList(),
                    measured.stream().map(Measured::resampled).toList());
            return new CapacityReport(
                    CapacityReport.Value.of(summary.capacity()),
                    CapacityReport.Value.of(summary.radius()),
                    CapacityReport.Value.of(summary.dimension()),
                    preparation.structure().correlation(),
                    preparation.structure().residual(),
                    preparation.structure().rank(),
                    spectrum.participationRatio(),
                    spectrum.explainedVarianceDimension(),
                    moments.get(0).mean().length,
                    cautions(source, preparation, measured),
                    perManifold(source, measured),
                    Optional.empty(),
                    summary.worstGap(),
                    (System.nanoTime() - began) * 1e-9);
        }
    }

    private static List<ManifoldMoments> moments(ManifoldSource source, Workers workers, Progress progress) {
        List<ManifoldMoments> moments = new ArrayList<>();
        for (int from = 0; from < source.count(); from += TOGETHER) {
            moments.addAll(workers.all(from, Math.min(source.count(), from + TOGETHER), i -> {
                try (PointerScope scope = new PointerScope()) {
                    return ManifoldMoments.of(source.name(i), source.points(i));
                }
            }));
            progress.at("reading", moments.size(), source.count());
        }
        return moments;
    }

    private List<Measured> geometries(
            ManifoldSource source, Preparation preparation, Workers workers, Progress progress) {
        List<Measured> measured = new ArrayList<>();
        int batches = (options.directions() + BATCH - 1) / BATCH;
        for (int from = 0; from < source.count(); from += TOGETHER) {
            int first = from;
            int count = Math.min(TOGETHER, source.count() - from);
            List<Prepared> prepared = workers.all(0, count, i -> prepare(source, preparation, first + i));
            List<Anchors> anchors = workers.all(
                    0, count * batches, i -> anchors(prepared.get(i / batches), first + i / batches, i % batches));
            measured.addAll(workers.all(
                    0,
                    count,
                    i -> measured(first + i, prepared.get(i), anchors.subList(i * batches, (i + 1) * batches))));
            progress.at("anchor points", measured.size(), source.count());
        }
        return measured;
    }

    private Prepared prepare(ManifoldSource source, Preparation preparation, int manifold) {
        try (PointerScope scope = new PointerScope()) {
            Tensor points = source.points(manifold);
            PreparedManifold prepared = preparation.prepare(manifold, points);
            return new Prepared(new AnchorProblem(prepared.coordinates(), options.kappa()), prepared);
        }
    }

    private Anchors anchors(Prepared prepared, int manifold, int batch) {
        int count = Math.min(BATCH, options.directions() - batch * BATCH);
        return prepared.problem()
                .solve(ManifoldGeometry.directions(
                        count,
                        prepared.manifold().span(),
                        Draws.generator(options.seed(), Purpose.DIRECTIONS, manifold, batch)));
    }

    private Measured measured(int manifold, Prepared prepared, List<Anchors> anchors) {
        ManifoldGeometry geometry =
                ManifoldGeometry.of(anchors, prepared.manifold().span());
        Set<Caution> cautions = prepared.manifold().cautions();
        if (geometry.worstGap() > LOOSE) {
            cautions.add(Caution.INEXACT);
        }
        double[][] resampled =
                geometry.resampled(RESAMPLES, Draws.generator(options.seed(), Purpose.RESAMPLES, manifold));
        return new Measured(geometry, prepared.manifold().coordinates().length, resampled, cautions);
    }

    private static List<CautionNote> cautions(ManifoldSource source, Preparation preparation, List<Measured> measured) {
        Map<Caution, List<String>> found = new EnumMap<>(Caution.class);
        preparation.cautions().forEach(caution -> found.put(caution, List.of()));
        for (int i = 0; i < measured.size(); i++) {
            for (Caution caution : measured.get(i).cautions()) {
                found.computeIfAbsent(caution, any -> new ArrayList<>()).add(source.name(i));
            }
        }
        return found.entrySet().stream()
                .map(entry -> CautionNote.of(entry.getKey(), entry.getValue()))
                .toList();
    }

    private static List<CapacityReport.Manifold> perManifold(ManifoldSource source, List<Measured> measured) {
        List<CapacityReport.Manifold> all = new ArrayList<>();
        for (Measured one : measured) {
            ManifoldGeometry geometry = one.geometry();
            all.add(new CapacityReport.Manifold(
                    source.name(all.size()),
                    one.points(),
                    geometry.span(),
                    geometry.capacity(),
                    geometry.radius(),
                    geometry.dimension(),
                    geometry.worstGap()));
        }
        return all;
    }
}

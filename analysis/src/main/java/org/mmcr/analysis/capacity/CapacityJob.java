package org.mmcr.analysis.capacity;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.mmcr.analysis.capacity.SeededRandom.Purpose;
import org.mmcr.core.capacity.AnchorProblem;
import org.mmcr.core.capacity.AnchorProblem.Anchors;
import org.mmcr.core.capacity.CapacitySummary;
import org.mmcr.core.capacity.Caution;
import org.mmcr.core.capacity.ManifoldGeometry;
import org.mmcr.core.capacity.Matrix;
import org.mmcr.core.capacity.Preparation;
import org.mmcr.core.capacity.PreparedManifold;
import org.mmcr.core.capacity.Spectrum;

/**
 * What is done to each manifold once it is known what all have in common, wherever that happens: on a thread or on
 * another machine. A result depends on the seed, the manifold's number and its points alone.
 *
 * @param preparation of all manifolds
 */
public record CapacityJob(Preparation preparation, CapacityOptions options) implements Serializable {
    /** Directions of a task. */
    private static final int BATCH = 50;

    private static final int RESAMPLES = 400;
    private static final double LOOSE = 1e-6;

    /** One manifold's figures, and what was ill-posed about it. */
    @SuppressWarnings("ArrayRecordComponent") // a carrier of data, never compared
    public record Measured(ManifoldGeometry geometry, int points, double[][] resampled, Set<Caution> cautions)
            implements Serializable {}

    /** A manifold whose least-squares problems are ready. */
    record Posed(AnchorProblem problem, PreparedManifold manifold) {}

    /**
     * Measures a manifold of points (m, N); {@code number} is its place in the list that the preparation was made
     * from.
     */
    public Measured measure(int number, Matrix points) {
        Posed posed = pose(number, points);
        List<Anchors> anchors = new ArrayList<>();
        for (int batch = 0; batch < batches(); batch++) {
            anchors.add(solve(posed, number, batch));
        }
        return measured(number, posed, anchors);
    }

    /** Batches of directions for each manifold, which may be solved in any order. */
    int batches() {
        return (options.directions() + BATCH - 1) / BATCH;
    }

    Posed pose(int number, Matrix points) {
        PreparedManifold prepared = preparation.prepare(number, points);
        return new Posed(new AnchorProblem(prepared.coordinates(), options.kappa()), prepared);
    }

    Anchors solve(Posed posed, int number, int batch) {
        int count = Math.min(BATCH, options.directions() - batch * BATCH);
        return posed.problem()
                .solve(ManifoldGeometry.directions(
                        count,
                        posed.manifold().span(),
                        SeededRandom.generator(options.seed(), Purpose.DIRECTIONS, number, batch)));
    }

    Measured measured(int number, Posed posed, List<Anchors> anchors) {
        ManifoldGeometry geometry =
                ManifoldGeometry.of(anchors, posed.manifold().span());
        Set<Caution> cautions = EnumSet.noneOf(Caution.class);
        cautions.addAll(posed.manifold().cautions());
        if (geometry.worstGap() > LOOSE) {
            cautions.add(Caution.INEXACT);
        }
        double[][] resampled =
                geometry.resampled(RESAMPLES, SeededRandom.generator(options.seed(), Purpose.RESAMPLES, number));
        return new Measured(geometry, posed.manifold().coordinates().rows(), resampled, cautions);
    }

    /** The document, from all manifolds in their order. */
    public CapacityReport report(Spectrum spectrum, List<Measured> measured, double seconds) {
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
                preparation.centring().dimensions(),
                cautions(measured),
                perManifold(measured),
                Optional.empty(),
                summary.worstGap(),
                seconds);
    }

    private List<CautionNote> cautions(List<Measured> measured) {
        Map<Caution, List<String>> found = new EnumMap<>(Caution.class);
        preparation.centring().cautions().forEach(caution -> found.put(caution, List.of()));
        for (int i = 0; i < measured.size(); i++) {
            for (Caution caution : measured.get(i).cautions()) {
                found.computeIfAbsent(caution, any -> new ArrayList<>())
                        .add(preparation.centring().name(i));
            }
        }
        return found.entrySet().stream()
                .map(entry -> CautionNote.of(entry.getKey(), entry.getValue()))
                .toList();
    }

    private List<CapacityReport.Manifold> perManifold(List<Measured> measured) {
        List<CapacityReport.Manifold> all = new ArrayList<>();
        for (Measured one : measured) {
            ManifoldGeometry geometry = one.geometry();
            all.add(new CapacityReport.Manifold(
                    preparation.centring().name(all.size()),
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

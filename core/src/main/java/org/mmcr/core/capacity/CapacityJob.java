package org.mmcr.core.capacity;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import org.apiguardian.api.API;
import org.mmcr.core.capacity.AnchorProblem.Anchors;
import org.mmcr.core.capacity.SeededRandom.Purpose;

/**
 * The measurement of single manifolds, once the common structure of all is known. It can run on any thread or machine:
 * a result depends on the seed, the manifold's number and its points alone.
 *
 * @param preparation the common structure of all manifolds
 * @param options number of directions, margin and seed
 */
@API(status = API.Status.STABLE)
public record CapacityJob(Preparation preparation, CapacityOptions options) implements Serializable {
    /** Directions of a task. */
    private static final int BATCH = 50;

    private static final int RESAMPLES = 400;
    private static final double LOOSE = 1e-6;
    /** Radius in medians over classes from which a class is named. */
    private static final double FAR = 5;

    /**
     * The figures of one manifold.
     *
     * @param geometry capacity, radius and dimension
     * @param points number of its points
     * @param resampled the figures of resampled directions, (3, resamples): see {@link ManifoldGeometry#resampled}
     * @param cautions what is ill-posed about it
     * @param support of its points
     */
    @SuppressWarnings("ArrayRecordComponent") // a carrier of data, never compared
    public record Measured(
            ManifoldGeometry geometry, int points, double[][] resampled, Set<Caution> cautions, PointSupport support)
            implements Serializable {}

    /** A manifold whose least-squares problems are ready. */
    record Posed(AnchorProblem problem, PreparedManifold manifold) {}

    /**
     * Measures one manifold.
     *
     * @param number its index in the list that the preparation was made from
     * @param points (m, N), not modified
     * @throws org.mmcr.core.MmcrException if they have another number of dimensions than N
     */
    public Measured measure(int number, Matrix points) {
        Posed posed = pose(number, points);
        List<Anchors> anchors = new ArrayList<>();
        for (int batch = 0; batch < batches(); batch++) {
            anchors.add(solve(posed, number, batch));
        }
        return measured(number, posed, anchors);
    }

    /** Returns the number of batches of directions of each manifold, which may be solved in any order. */
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
        return new Measured(
                geometry,
                posed.manifold().coordinates().rows(),
                resampled,
                cautions,
                PointSupport.sum(anchors.stream().map(Anchors::support).toList()));
    }

    /** Returns the result without single points, from all manifolds in their order. */
    public ManifoldCapacity result(Spectrum spectrum, List<Measured> measured) {
        return result(spectrum, measured, List.of());
    }

    ManifoldCapacity result(Spectrum spectrum, List<Measured> measured, List<ManifoldCapacity.CostlyPoint> costliest) {
        CapacitySummary summary = CapacitySummary.of(
                measured.stream().map(Measured::geometry).toList(),
                measured.stream().map(Measured::resampled).toList());
        List<ManifoldCapacity.Manifold> classes = perManifold(measured);
        ManifoldCapacity.Medians medians = ManifoldCapacity.Medians.of(classes);
        int[] points =
                classes.stream().mapToInt(ManifoldCapacity.Manifold::points).toArray();
        return new ManifoldCapacity(
                summary.capacity(),
                summary.radius(),
                summary.dimension(),
                medians,
                options.kappa() == 0
                        ? OptionalDouble.of(
                                ChanceCapacity.of(preparation.centring().dimensions(), points))
                        : OptionalDouble.empty(),
                preparation.structure().correlation(),
                preparation.structure().residual(),
                preparation.structure().rank(),
                spectrum.participationRatio(),
                spectrum.explainedVarianceDimension(),
                preparation.centring().dimensions(),
                cautions(measured, classes, medians),
                classes,
                costliest,
                summary.worstGap());
    }

    private Map<Caution, List<String>> cautions(
            List<Measured> measured, List<ManifoldCapacity.Manifold> classes, ManifoldCapacity.Medians medians) {
        Map<Caution, List<String>> found = new EnumMap<>(Caution.class);
        preparation.centring().cautions().forEach(caution -> found.put(caution, List.of()));
        List<String> far = classes.stream()
                .filter(one -> medians.radius() > 0 && one.radius() > FAR * medians.radius())
                .map(ManifoldCapacity.Manifold::label)
                .toList();
        if (!far.isEmpty()) {
            found.put(Caution.RADIUS_FAR, far);
        }
        for (int i = 0; i < measured.size(); i++) {
            for (Caution caution : measured.get(i).cautions()) {
                found.computeIfAbsent(caution, any -> new ArrayList<>())
                        .add(preparation.centring().name(i));
            }
        }
        found.replaceAll((caution, names) -> List.copyOf(names));
        return Collections.unmodifiableMap(found);
    }

    private List<ManifoldCapacity.Manifold> perManifold(List<Measured> measured) {
        List<ManifoldCapacity.Manifold> all = new ArrayList<>();
        double total = CostliestPoints.cost(measured);
        for (Measured one : measured) {
            ManifoldGeometry geometry = one.geometry();
            all.add(new ManifoldCapacity.Manifold(
                    preparation.centring().name(all.size()),
                    one.points(),
                    geometry.span(),
                    geometry.capacity(),
                    geometry.radius(),
                    geometry.dimension(),
                    total == 0 ? 0 : 1 / geometry.capacity() / total,
                    (measured.size() - 1) / Math.max(0, total - 1 / geometry.capacity()),
                    geometry.worstGap()));
        }
        return List.copyOf(all);
    }
}

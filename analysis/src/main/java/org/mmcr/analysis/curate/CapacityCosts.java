package org.mmcr.analysis.curate;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.analysis.capacity.CapacityReport;
import org.mmcr.analysis.capacity.ClassCapacity;
import org.mmcr.core.MmcrException;
import org.mmcr.core.capacity.ManifoldCapacity;
import org.mmcr.train.evaluate.FeatureSet;

/**
 * The classes and pictures that cost most manifold capacity, on at most 200 pictures of each of 50 classes.
 *
 * @param classes each measured class, the lowest capacity first
 * @param points pictures that support the anchors most, the largest share first, by the index of the picture
 * @param note why nothing was measured, where labels of two classes exist
 */
record CapacityCosts(
        List<Curation.ClassCost> classes, List<ManifoldCapacity.CostlyPoint> points, Optional<String> note) {
    /** Pictures that are listed. */
    private static final int PICTURES = 24;

    private static final CapacityCosts NONE = new CapacityCosts(List.of(), List.of(), Optional.empty());

    /**
     * Measures the classes.
     *
     * @param features float32 (N, F), not modified
     * @param labels class of each picture, or {@link FeatureSet#UNLABELLED}
     */
    static CapacityCosts of(Tensor features, int[] labels, List<String> names, long seed, int threads) {
        if (names.size() < 2) {
            return NONE;
        }
        try (Tensor rows = features.contiguous()) {
            return ClassCapacity.withCostliest(new FeatureSet(rows, labels, names), PICTURES, seed, threads)
                    .map(CapacityCosts::of)
                    .orElse(NONE);
        } catch (MmcrException e) {
            return new CapacityCosts(List.of(), List.of(), Optional.of("no capacity of classes: " + e.getMessage()));
        }
    }

    private static CapacityCosts of(CapacityReport report) {
        List<Curation.ClassCost> classes = report.perManifold().stream()
                .map(one -> new Curation.ClassCost(
                        one.label(), one.capacity(), one.radius(), one.dimension(), one.share(), one.capacityWithout()))
                .sorted(Comparator.comparing(Curation.ClassCost::capacity))
                .toList();
        return new CapacityCosts(classes, report.costliest(), Optional.empty());
    }

    /** Returns the rows with the shares of the costly pictures. */
    List<CurationRow> marked(List<CurationRow> rows) {
        CurationRow[] marked = rows.toArray(CurationRow[]::new);
        points.forEach(one -> marked[one.point()] = marked[one.point()].withCapacityShare(one.share()));
        return List.of(marked);
    }

    /** Returns the costly pictures by their names. */
    List<Curation.PictureCost> pictures(List<CurationRow> rows) {
        return points.stream()
                .map(one -> new Curation.PictureCost(
                        rows.get(one.point()).path(),
                        one.label(),
                        one.radius(),
                        one.active(),
                        one.share(),
                        one.capacityWithout()))
                .toList();
    }
}

package org.mmcr.analysis.embeddings;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.core.MmcrException;
import org.mmcr.train.evaluate.RowNormalization;

/**
 * Cosines of the normalised centroids within and between classes.
 *
 * @param classes how many there are
 * @param unlabelled samples without a label, which are left out; 0 in most cases, and then not in the document
 * @param withinCosine mean cosine of two samples of one class; absent when no class has two
 * @param betweenCosine mean cosine of two samples of different classes; absent when there is one class
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record Classes(
        int classes,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) int unlabelled,
        OptionalDouble withinCosine,
        OptionalDouble betweenCosine) {

    /**
     * Counts pairs by sums: the cosines of all pairs of a group add up to |sum|^2 - n. O(N D).
     *
     * @param unit views (N, K, D)
     * @param labels a class for each sample, an empty text for one without
     */
    static Classes of(Tensor unit, List<String> labels) {
        long samples = unit.size(0);
        if (labels.size() != samples) {
            throw new MmcrException("expected a label for each of the " + samples + " samples, found " + labels.size()
                    + " labels; give one for every sample, not for every view");
        }
        TreeMap<String, List<Integer>> groups = new TreeMap<>();
        IntStream.range(0, labels.size())
                .filter(i -> !labels.get(i).isEmpty())
                .forEach(i -> groups.computeIfAbsent(labels.get(i), name -> new ArrayList<>())
                        .add(i));
        int[] labelled = IntStream.range(0, labels.size())
                .filter(i -> !labels.get(i).isEmpty())
                .toArray();
        Tensor rows = RowNormalization.of(unit.sum(1));
        double within = 0;
        double withinPairs = 0;
        for (List<Integer> group : groups.values()) {
            long[] members = group.stream().mapToLong(Integer::longValue).toArray();
            within += pairs(rows.index_select(0, Tensor.create(members)));
            withinPairs += (double) members.length * (members.length - 1);
        }
        long count = labelled.length;
        Tensor all = rows.index_select(
                0, Tensor.create(IntStream.of(labelled).asLongStream().toArray()));
        double between = pairs(all) - within;
        double betweenPairs = (double) count * (count - 1) - withinPairs;
        return new Classes(
                groups.size(),
                Math.toIntExact(samples - count),
                mean(within, withinPairs),
                mean(between, betweenPairs));
    }

    private static OptionalDouble mean(double sum, double pairs) {
        return pairs == 0 ? OptionalDouble.empty() : OptionalDouble.of(sum / pairs);
    }

    /** Sum of the cosines over ordered pairs of different rows. */
    private static double pairs(Tensor rows) {
        return rows.sum(0).square().sum().item_double() - rows.square().sum().item_double();
    }
}

package org.mmcr.analysis.embeddings;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.pytorch.Tensor;

/**
 * Summary of the distribution of values.
 *
 * @param least the smallest value
 * @param p5 5th percentile; the others likewise
 * @param most the largest value
 * @param values all values, ascending; not in the document
 */
public record Distribution(
        double mean,
        double least,
        double p5,
        double p25,
        double median,
        double p75,
        double p95,
        double most,
        @JsonIgnore List<Double> values) {

    /** Summarises the entries of a float64 tensor. */
    static Distribution of(Tensor entries) {
        Tensor flat = entries.flatten().contiguous();
        double[] sorted = new double[Math.toIntExact(flat.numel())];
        try (DoublePointer data = flat.data_ptr_double()) {
            data.get(sorted);
        }
        Arrays.sort(sorted);
        return new Distribution(
                Arrays.stream(sorted).average().orElseThrow(),
                sorted[0],
                quantile(sorted, 0.05),
                quantile(sorted, 0.25),
                quantile(sorted, 0.5),
                quantile(sorted, 0.75),
                quantile(sorted, 0.95),
                sorted[sorted.length - 1],
                Arrays.stream(sorted).boxed().toList());
    }

    /**
     * Returns a quantile, linear between the two nearest values.
     *
     * @param sorted at least one value, ascending
     * @param probability 0 to 1
     */
    public static double quantile(double[] sorted, double probability) {
        double place = probability * (sorted.length - 1);
        int below = (int) place;
        int above = Math.min(sorted.length - 1, below + 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }
}

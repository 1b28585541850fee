package org.mmcr.analysis.threshold;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.mmcr.analysis.trials.TrainingErrors;

/**
 * Where an error is largest along a line of the grid.
 *
 * @param figure {@link ThresholdResult#PERCENT_ERROR} or {@link ThresholdResult#SPREAD_ERROR}
 * @param progress moment of the training, 0.25 to 1
 * @param views K
 * @param over what varies along the line: {@code samples} or {@code dimension}
 * @param fixed value of the other size
 * @param at varying size with the largest mean error
 * @param height that error, a fraction
 * @param inside whether it is neither the first nor the last size of the line
 * @param clear whether it is inside and above both ends of the line by more than two standard errors of the difference,
 *     which needs repeats
 */
public record ThresholdPeak(
        String figure,
        double progress,
        int views,
        String over,
        int fixed,
        int at,
        double height,
        boolean inside,
        boolean clear) {
    static final String SAMPLES = "samples";
    static final String DIMENSION = "dimension";

    /** A moment of one figure. */
    private record Series(String figure, int moment) {
        double of(ThresholdResult result) {
            List<Double> values =
                    figure.equals(ThresholdResult.PERCENT_ERROR) ? result.percentErrors() : result.spreadErrors();
            return values.get(moment);
        }
    }

    /** Returns the peaks of all lines with at least three sizes, of both errors at every moment. */
    static List<ThresholdPeak> of(ThresholdGrid grid, List<ThresholdResult> results) {
        List<ThresholdPeak> peaks = new ArrayList<>();
        for (String figure : List.of(ThresholdResult.PERCENT_ERROR, ThresholdResult.SPREAD_ERROR)) {
            for (int moment = 0; moment < TrainingErrors.MOMENTS; moment++) {
                Series series = new Series(figure, moment);
                double noise = standardError(series, results);
                for (int k : grid.views()) {
                    List<ThresholdResult> some = results.stream()
                            .filter(one ->
                                    one.views() == k && !one.percentErrors().isEmpty())
                            .toList();
                    grid.dimensions().forEach(d -> peak(series, noise, k, SAMPLES, d, some, peaks));
                    grid.samples().forEach(n -> peak(series, noise, k, DIMENSION, n, some, peaks));
                }
            }
        }
        return peaks;
    }

    private static void peak(
            Series series,
            double noise,
            int views,
            String over,
            int fixed,
            List<ThresholdResult> results,
            List<ThresholdPeak> peaks) {
        boolean alongSamples = over.equals(SAMPLES);
        TreeMap<Integer, List<Double>> line = new TreeMap<>();
        results.stream()
                .filter(one -> (alongSamples ? one.dimension() : one.samples()) == fixed)
                .forEach(one -> line.computeIfAbsent(
                                alongSamples ? one.samples() : one.dimension(), size -> new ArrayList<>())
                        .add(series.of(one)));
        if (line.size() < 3) {
            return;
        }
        TreeMap<Integer, Double> means = new TreeMap<>();
        line.forEach((size, values) -> means.put(size, mean(values)));
        int at = means.firstKey();
        for (int size : means.keySet()) {
            at = means.get(size) > means.get(at) ? size : at;
        }
        double height = means.get(at);
        boolean inside = at > means.firstKey() && at < means.lastKey();
        double higherEnd =
                Math.max(means.firstEntry().getValue(), means.lastEntry().getValue());
        boolean clear = inside && height - higherEnd > 2 * Math.sqrt(2) * noise;
        double progress = (series.moment() + 1.0) / TrainingErrors.MOMENTS;
        peaks.add(new ThresholdPeak(series.figure(), progress, views, over, fixed, at, height, inside, clear));
    }

    /** Standard error of a cell's mean, pooled over all cells; infinite without repeats. */
    private static double standardError(Series series, List<ThresholdResult> results) {
        TreeMap<String, List<Double>> cells = new TreeMap<>();
        results.stream()
                .filter(one -> !one.percentErrors().isEmpty())
                .forEach(one -> cells.computeIfAbsent(
                                one.samples() + " " + one.dimension() + " " + one.views(), cell -> new ArrayList<>())
                        .add(series.of(one)));
        double squares = 0;
        double inverse = 0;
        int freedom = 0;
        for (List<Double> values : cells.values()) {
            double mean = mean(values);
            squares += values.stream().mapToDouble(v -> (v - mean) * (v - mean)).sum();
            freedom += values.size() - 1;
            inverse += 1.0 / values.size();
        }
        return freedom == 0 ? Double.POSITIVE_INFINITY : Math.sqrt(squares / freedom * inverse / cells.size());
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }
}

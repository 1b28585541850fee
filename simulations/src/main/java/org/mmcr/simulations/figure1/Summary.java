package org.mmcr.simulations.figure1;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.mmcr.core.theory.UniformEmbeddings;

/**
 * Summary of the draws in {@code figure1.json}.
 *
 * @param cells mean and range of every pair of sizes
 * @param byPoints for each N, the curve of percent error over D
 * @param byDimensions for each D, the curve over N
 * @param exponentFewPoints slope of log percent error against log(D / N) over all cells with D at least 2 N; theory
 *     tends to -1
 * @param exponentFewPointsCi95 ends of the 95 % interval of that slope; empty for fewer than three cells
 * @param exponentManyPoints slope against log(N / D) over all cells with N at least 2 D; theory tends to -1
 * @param exponentManyPointsCi95 ends of the 95 % interval of that slope
 * @param worstDeviation cell with the largest deviation from theory, in standard errors
 */
public record Summary(
        List<Average> cells,
        List<Curve> byPoints,
        List<Curve> byDimensions,
        OptionalDouble exponentFewPoints,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<List<Double>> exponentFewPointsCi95,
        OptionalDouble exponentManyPoints,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<List<Double>> exponentManyPointsCi95,
        Average worstDeviation) {

    /** Factor between two sizes below which a cell belongs to the peak and not to one of its sides. */
    private static final double SIDE = 2;

    /**
     * Draws of a pair of sizes.
     *
     * @param predicted percent error expected by {@link UniformEmbeddings}
     * @param deviation relative difference of the mean from the prediction
     * @param standardErrors deviation in standard errors of the mean; 0 for a single draw
     */
    public record Average(
            long points,
            long dimensions,
            int repeats,
            double percentError,
            double least,
            double most,
            double predicted,
            double deviation,
            double standardErrors) {}

    /**
     * A line of a chart, over the other size at constant {@code fixed}.
     *
     * @param peakAt other size with the largest percent error
     * @param exponentBelow fitted power of the percent error for other sizes up to half of {@code fixed}
     * @param exponentAbove fitted power for other sizes from twice {@code fixed}
     */
    public record Curve(
            long fixed,
            long peakAt,
            double peakPercentError,
            OptionalDouble exponentBelow,
            OptionalDouble exponentAbove) {}

    static Summary of(Collection<Measurement> measured) {
        List<Average> cells =
                measured.stream()
                        .collect(Collectors.groupingBy(m -> List.of(m.points(), m.dimensions())))
                        .values()
                        .stream()
                        .map(Summary::average)
                        .sorted(Comparator.comparingLong(Average::points).thenComparingLong(Average::dimensions))
                        .toList();
        List<Average> varying =
                cells.stream().filter(cell -> cell.percentError() > 0).toList();
        Optional<PowerFit> fewPoints = fit(
                varying.stream()
                        .filter(cell -> cell.dimensions() >= SIDE * cell.points())
                        .toList(),
                Summary::excess);
        Optional<PowerFit> manyPoints = fit(
                varying.stream()
                        .filter(cell -> cell.points() >= SIDE * cell.dimensions())
                        .toList(),
                Summary::excess);
        return new Summary(
                cells,
                curves(cells, true),
                curves(cells, false),
                exponent(fewPoints),
                fewPoints.flatMap(PowerFit::interval),
                exponent(manyPoints),
                manyPoints.flatMap(PowerFit::interval),
                cells.stream()
                        .max(Comparator.comparingDouble(cell -> Math.abs(cell.standardErrors())))
                        .orElseThrow());
    }

    private static double excess(Average cell) {
        return (double) Math.max(cell.points(), cell.dimensions()) / Math.min(cell.points(), cell.dimensions());
    }

    private static Average average(List<Measurement> draws) {
        long n = draws.get(0).points();
        long d = draws.get(0).dimensions();
        double[] errors =
                draws.stream().mapToDouble(Measurement::percentError).sorted().toArray();
        double mean =
                draws.stream().mapToDouble(Measurement::percentError).average().orElseThrow();
        double squares = draws.stream()
                .mapToDouble(m -> Math.pow(m.percentError() - mean, 2))
                .sum();
        double standardError = draws.size() < 2 ? 0 : Math.sqrt(squares / (draws.size() - 1.0) / draws.size());
        double predicted = UniformEmbeddings.percentError(n, d);
        return new Average(
                n,
                d,
                draws.size(),
                mean,
                errors[0],
                errors[errors.length - 1],
                predicted,
                predicted == 0 ? 0 : mean / predicted - 1,
                standardError == 0 ? 0 : (mean - predicted) / standardError);
    }

    private static List<Curve> curves(List<Average> cells, boolean byPoints) {
        Map<Long, List<Average>> lines = new TreeMap<>();
        cells.forEach(
                cell -> lines.computeIfAbsent(byPoints ? cell.points() : cell.dimensions(), fixed -> new ArrayList<>())
                        .add(cell));
        return lines.entrySet().stream()
                .map(line -> curve(line.getKey(), line.getValue(), byPoints))
                .toList();
    }

    private static Curve curve(long fixed, List<Average> cells, boolean byPoints) {
        Average peak = cells.stream()
                .max(Comparator.comparingDouble(Average::percentError))
                .orElseThrow();
        List<Average> varying =
                cells.stream().filter(cell -> cell.percentError() > 0).toList();
        return new Curve(
                fixed,
                other(peak, byPoints),
                peak.percentError(),
                slope(
                        varying.stream()
                                .filter(cell -> SIDE * other(cell, byPoints) <= fixed)
                                .toList(),
                        cell -> other(cell, byPoints)),
                slope(
                        varying.stream()
                                .filter(cell -> other(cell, byPoints) >= SIDE * fixed)
                                .toList(),
                        cell -> other(cell, byPoints)));
    }

    private static long other(Average cell, boolean byPoints) {
        return byPoints ? cell.dimensions() : cell.points();
    }

    private static OptionalDouble exponent(Optional<PowerFit> fit) {
        return fit.isPresent() ? OptionalDouble.of(fit.get().exponent()) : OptionalDouble.empty();
    }

    private static OptionalDouble slope(List<Average> cells, ToDoubleFunction<Average> size) {
        return exponent(fit(cells, size));
    }

    private static Optional<PowerFit> fit(List<Average> cells, ToDoubleFunction<Average> size) {
        return PowerFit.of(
                cells.stream().mapToDouble(size).toArray(),
                cells.stream().mapToDouble(Average::percentError).toArray());
    }
}

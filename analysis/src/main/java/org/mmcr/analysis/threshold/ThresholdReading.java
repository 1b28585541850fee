package org.mmcr.analysis.threshold;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/** The peaks of a study in sentences. */
final class ThresholdReading {
    private static final Map<String, String> TITLES = Map.of(
            ThresholdResult.PERCENT_ERROR, "percent error",
            ThresholdResult.SPREAD_ERROR, "spread error");

    private ThresholdReading() {}

    static List<String> of(ThresholdGrid grid, List<ThresholdPeak> peaks) {
        List<String> sentences = new ArrayList<>();
        for (int k : grid.views()) {
            for (String figure : List.of(ThresholdResult.PERCENT_ERROR, ThresholdResult.SPREAD_ERROR)) {
                for (String over : List.of(ThresholdPeak.SAMPLES, ThresholdPeak.DIMENSION)) {
                    List<ThresholdPeak> lines = peaks.stream()
                            .filter(one -> one.views() == k
                                    && one.figure().equals(figure)
                                    && one.over().equals(over))
                            .toList();
                    sentence(k, figure, over, lines).forEach(sentences::add);
                }
            }
        }
        if (sentences.isEmpty()) {
            sentences.add("No line of the grid has three sizes, so that no peak can be named.");
        }
        return sentences;
    }

    private static List<String> sentence(int views, String figure, String over, List<ThresholdPeak> lines) {
        List<ThresholdPeak> end =
                lines.stream().filter(one -> one.progress() == 1).toList();
        if (end.isEmpty()) {
            return List.of();
        }
        List<ThresholdPeak> inside = end.stream().filter(ThresholdPeak::inside).toList();
        List<ThresholdPeak> threshold =
                inside.stream().filter(one -> one.at() == one.fixed()).toList();
        long clear = threshold.stream().filter(ThresholdPeak::clear).count();
        String text = String.format(
                Locale.ROOT,
                "K = %d, %s over %s: largest inside the grid in %d of %d lines, at N = D in %d of them%s",
                views,
                TITLES.get(figure),
                over.equals(ThresholdPeak.SAMPLES) ? "N" : "D",
                inside.size(),
                end.size(),
                threshold.size(),
                threshold.isEmpty() ? "" : String.format(Locale.ROOT, " (clearly in %d)", clear));
        String height = inside.isEmpty()
                ? ""
                : "; the height of those peaks is " + range(inside.stream().mapToDouble(ThresholdPeak::height));
        return List.of(text + height + "; " + movement(lines) + ".");
    }

    private static String range(DoubleStream heights) {
        var found = heights.summaryStatistics();
        String least = String.format(Locale.ROOT, "%.1f", 100 * found.getMin());
        String most = String.format(Locale.ROOT, "%.1f", 100 * found.getMax());
        return (least.equals(most) ? most : least + " to " + most) + " %";
    }

    /** Where the peak of each line lies at the first and at the last moment. */
    private static String movement(List<ThresholdPeak> lines) {
        Map<Integer, List<ThresholdPeak>> byLine =
                lines.stream().collect(Collectors.groupingBy(ThresholdPeak::fixed, TreeMap::new, Collectors.toList()));
        long moved = byLine.values().stream()
                .filter(line -> line.get(0).at() != line.get(line.size() - 1).at())
                .count();
        return String.format(
                Locale.ROOT,
                "from a quarter of the training to its end the maximum moves in %d of %d lines",
                moved,
                byLine.size());
    }
}

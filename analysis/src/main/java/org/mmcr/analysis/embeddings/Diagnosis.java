package org.mmcr.analysis.embeddings;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.mmcr.core.theory.Regime;

/** Interprets the figures of an analysis in words. */
final class Diagnosis {
    /** Fraction of the directions below which the embeddings have collapsed. */
    private static final double COLLAPSED = 0.05;
    /** Largest squared singular value over their mean above which the embeddings are anisotropic. */
    private static final double DOMINANT = 10;
    /** Difference of percent errors, as a fraction, below which two are called equal. */
    private static final double AS_GOOD = 0.02;

    private Diagnosis() {}

    static List<String> words(Centroids centroids, Information information) {
        List<String> words = new ArrayList<>();
        words.add(state(centroids));
        words.add(limit(centroids));
        shape(centroids, words);
        regime(centroids, words);
        information
                .intervals()
                .forEach((name, interval) -> interval.caution()
                        .filter(caution -> !name.equals("mi_lower_bound"))
                        .ifPresent(caution -> words.add(name + ": " + caution)));
        return List.copyOf(words);
    }

    private static String state(Centroids centroids) {
        long directions = Math.min(centroids.samples(), centroids.dimension());
        if (centroids.effectiveRank() < Math.max(1.5, COLLAPSED * directions)) {
            return text(
                    "the embeddings have collapsed: they fill %.1f of %d directions and hardly distinguish samples",
                    centroids.effectiveRank(), directions);
        }
        double beyond = centroids.percentError() - centroids.uniformPercentError();
        if (beyond < -AS_GOOD) {
            return text(
                    "the samples are spread more evenly than random points: percent error %.1f %% against %.1f %%",
                    100 * centroids.percentError(), 100 * centroids.uniformPercentError());
        }
        return beyond < AS_GOOD
                ? text(
                        "the samples are spread as evenly as random points: percent error %.1f %%",
                        100 * centroids.percentError())
                : text(
                        "the samples are distinct, but further from the ideal than random points: percent error %.1f %%"
                                + " against %.1f %%",
                        100 * centroids.percentError(), 100 * centroids.uniformPercentError());
    }

    private static String limit(Centroids centroids) {
        double spread = 1 - centroids.spread();
        if (centroids.invariance().isEmpty()) {
            return text("directions that are used unevenly cost %.1f %% of the bound", 100 * spread);
        }
        double invariance = 1 - centroids.invariance().getAsDouble();
        String costs = text(
                "differences between the views of a sample cost %.1f %% of the bound, directions that are used unevenly"
                        + " %.1f %% of the rest",
                100 * invariance, 100 * spread);
        if (Math.max(invariance, spread) < AS_GOOD) {
            return "little is left to gain: " + costs;
        }
        return "limited by " + (invariance > spread ? "views that differ: " : "unevenly used directions: ") + costs;
    }

    private static void shape(Centroids centroids, List<String> words) {
        double total = centroids.singularValues().stream()
                .mapToDouble(value -> value * value)
                .sum();
        double first = centroids.singularValues().get(0);
        double fraction = total == 0 ? 0 : first * first / total;
        int directions = centroids.singularValues().size();
        if (fraction * directions > DOMINANT && directions > DOMINANT) {
            words.add(text(
                    "anisotropic: the first direction holds %.0f %% of the squared length, %.0f times the mean",
                    100 * fraction, fraction * directions));
        }
    }

    private static void regime(Centroids centroids, List<String> words) {
        if (Regime.of(centroids.samples(), centroids.dimension()) == Regime.NEAR_THRESHOLD) {
            words.add(text(
                    "N = %d is within a factor of two of D = %d, where the percent error of uniform points is largest;"
                            + " use at least %d samples",
                    centroids.samples(), centroids.dimension(), Regime.recommendedBatch(centroids.dimension())));
        }
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}

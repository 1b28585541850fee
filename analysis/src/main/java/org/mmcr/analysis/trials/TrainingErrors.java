package org.mmcr.analysis.trials;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.mmcr.data.io.Json;
import org.mmcr.train.run.RunDirectory;

/**
 * Errors of a training at a quarter, half, three quarters and the end of its steps, from the steps' own log. Each is a
 * mean over the tenth of all steps before the moment, at least one step.
 *
 * @param percentErrors distance from the bound as a fraction
 * @param spreadErrors the part of the percent error that is not missing invariance: 1 - (1 - percent error) / sqrt(mean
 *     squared norm of the centroids)
 */
public record TrainingErrors(List<Double> percentErrors, List<Double> spreadErrors) {
    /** Number of moments. */
    public static final int MOMENTS = 4;

    /** Reads the log of a run that has taken a step. */
    public static TrainingErrors of(RunDirectory run) throws IOException {
        List<JsonNode> steps = new ArrayList<>();
        for (String line : Files.readAllLines(run.metrics())) {
            steps.add(Json.mapper().readTree(line));
        }
        return new TrainingErrors(
                at(steps, step -> step.path("percent_error").doubleValue()),
                at(
                        steps,
                        step -> spread(
                                step.path("percent_error").doubleValue(),
                                step.path("mean_squared_centroid_norm").doubleValue())));
    }

    /** Returns the percent error at the end. */
    public double percentError() {
        return percentErrors.get(MOMENTS - 1);
    }

    /** Returns the spread error at the end. */
    public double spreadError() {
        return spreadErrors.get(MOMENTS - 1);
    }

    /**
     * Returns the spread error of centroids: at mean squared norm q their nuclear norm is at most sqrt(q) times the
     * bound. 1 for collapsed ones.
     */
    public static double spread(double percentError, double meanSquaredNorm) {
        return meanSquaredNorm > 0 ? Math.max(0, 1 - (1 - percentError) / Math.sqrt(meanSquaredNorm)) : 1;
    }

    private static List<Double> at(List<JsonNode> steps, ToDoubleFunction<JsonNode> figure) {
        List<Double> values = new ArrayList<>();
        int window = Math.max(1, steps.size() / 10);
        for (int moment = 1; moment <= MOMENTS; moment++) {
            int end = Math.max(1, steps.size() * moment / MOMENTS);
            values.add(steps.subList(Math.max(0, end - window), end).stream()
                    .mapToDouble(figure)
                    .average()
                    .orElseThrow());
        }
        return values;
    }
}

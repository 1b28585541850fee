package org.mmcr.analysis.capacity;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apiguardian.api.API;
import org.mmcr.analysis.capacity.CapacityReport.Value;
import org.mmcr.core.MmcrException;
import org.mmcr.core.capacity.CapacityProgress;
import org.mmcr.core.capacity.CorrelatedCapacity;
import org.mmcr.core.capacity.CorrelatedOptions;
import org.mmcr.core.capacity.ManifoldSource;
import org.mmcr.data.io.Json;
import org.mmcr.train.run.RunDirectory;

/**
 * The JSON document of the correlated capacity of the same classes under several conditions or at several times, with
 * the differences of each condition from the first. All conditions have the same directions and dichotomies, and
 * intervals of differences resample the same pairs in both.
 *
 * @param conditions one entry for each condition, in order
 * @param differences one entry for each condition after the first
 * @param seconds wall time
 */
@API(status = API.Status.STABLE)
public record CorrelatedSeries(List<Condition> conditions, List<Difference> differences, double seconds) {
    /**
     * One condition.
     *
     * @param condition its name
     * @param capacity its figures
     */
    public record Condition(String condition, @JsonUnwrapped CorrelatedReport capacity) {}

    /**
     * The figures of a condition minus those of the first.
     *
     * @param condition name of the condition
     * @param figures differences by the names of the figures in JSON, for those that both have
     */
    public record Difference(String condition, Map<String, Value> figures) {}

    /**
     * Measures all conditions.
     *
     * @param conditions the classes of each condition by its name, in order
     * @param options the pairs of a direction and a dichotomy, and the seed
     * @param threads number of threads, at least 1
     * @throws MmcrException if the conditions differ in the number of classes or dimensions, or one cannot be measured
     */
    public static CorrelatedSeries measure(
            Map<String, ManifoldSource> conditions, CorrelatedOptions options, int threads, CapacityProgress progress) {
        long began = System.nanoTime();
        List<CorrelatedCapacity> measured = new ArrayList<>();
        List<Condition> reports = new ArrayList<>();
        List<Difference> differences = new ArrayList<>();
        try (Workers workers = new Workers(threads)) {
            for (Map.Entry<String, ManifoldSource> one : conditions.entrySet()) {
                long start = System.nanoTime();
                measured.add(CorrelatedCapacity.of(one.getValue(), options, workers, CapacityProgress.NONE));
                CorrelatedCapacity last = measured.get(measured.size() - 1);
                requireComparable(one.getKey(), measured.get(0), last);
                reports.add(new Condition(one.getKey(), CorrelatedReport.of(last, (System.nanoTime() - start) * 1e-9)));
                if (measured.size() > 1) {
                    differences.add(new Difference(one.getKey(), differences(measured.get(0), last)));
                }
                progress.at("conditions", measured.size(), conditions.size());
            }
        }
        return new CorrelatedSeries(reports, differences, (System.nanoTime() - began) * 1e-9);
    }

    private static void requireComparable(String name, CorrelatedCapacity first, CorrelatedCapacity other) {
        if (other.perManifold().size() != first.perManifold().size()
                || other.ambientDimension() != first.ambientDimension()) {
            throw new MmcrException("expected the same classes and dimensions in every condition, found "
                    + first.perManifold().size() + " classes of " + first.ambientDimension() + " dimensions, and "
                    + other.perManifold().size() + " of " + other.ambientDimension() + " in " + name
                    + "; measure them one by one");
        }
    }

    private static Map<String, Value> differences(CorrelatedCapacity first, CorrelatedCapacity other) {
        Map<String, Value> named = new LinkedHashMap<>();
        first.differences(other)
                .forEach((figure, interval) -> named.put(figure.name().toLowerCase(Locale.ROOT), Value.of(interval)));
        return named;
    }

    /** Returns the files that {@link #write} writes. */
    public static List<Path> files(Path folder) {
        List<Path> files = new ArrayList<>(CapacityCharts.seriesFiles(folder));
        files.add(0, RunDirectory.ofAnother(folder).series());
        return files;
    }

    /** Writes {@code series.json} and the chart {@code series.png} and {@code .svg}. */
    public void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        Json.write(RunDirectory.ofAnother(folder).series(), this);
        CapacityCharts.draw(folder, this);
    }
}

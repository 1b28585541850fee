package org.mmcr.analysis.capacity;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.mmcr.analysis.capacity.CapacityReport.Value;
import org.mmcr.analysis.capacity.CapacitySeries.Condition;
import org.mmcr.analysis.capacity.CapacitySeries.Difference;
import org.mmcr.analysis.capacity.CapacitySeries.Over;
import org.mmcr.core.MmcrException;
import org.mmcr.core.capacity.CapacityOptions;
import org.mmcr.core.capacity.CapacityProgress;
import org.mmcr.core.capacity.CorrelatedCapacity;
import org.mmcr.core.capacity.CorrelatedOptions;
import org.mmcr.core.capacity.ManifoldCapacity;
import org.mmcr.core.capacity.ManifoldSource;

/**
 * A measurement of a {@link CapacitySeries}, one entry after the other, so that the points of one are in memory at a
 * time. Closing it stops its threads.
 */
public final class SeriesMeasurement implements AutoCloseable {
    private final Over over;
    private final Optional<CapacityOptions> uncorrelated;
    private final Optional<CorrelatedOptions> correlated;
    private final Workers workers;
    private final long began = System.nanoTime();
    private final List<Condition> conditions = new ArrayList<>();
    private final List<Difference> differences = new ArrayList<>();
    /** Correlated capacities of the first condition, by their time. */
    private final Map<Optional<Long>, CorrelatedCapacity> first = new LinkedHashMap<>();

    private String shape = "";
    private List<String> labels = List.of();

    private SeriesMeasurement(
            Over over, Optional<CapacityOptions> uncorrelated, Optional<CorrelatedOptions> correlated, int threads) {
        this.over = over;
        this.uncorrelated = uncorrelated;
        this.correlated = correlated;
        workers = new Workers(threads);
    }

    /** Returns a measurement by the theory of 2018, which has no paired differences. */
    public static SeriesMeasurement of(Over over, CapacityOptions options, int threads) {
        return new SeriesMeasurement(over, Optional.of(options), Optional.empty(), threads);
    }

    /** Returns a measurement of correlated capacity. */
    public static SeriesMeasurement of(Over over, CorrelatedOptions options, int threads) {
        return new SeriesMeasurement(over, Optional.empty(), Optional.of(options), threads);
    }

    /**
     * Measures an entry.
     *
     * @param condition its name
     * @param at its time or step, if it has one
     * @return its figures
     * @throws MmcrException if it differs from the first entry in the classes or the number of dimensions, or cannot be
     *     measured
     */
    public LayerCapacity add(String condition, Optional<Long> at, ManifoldSource classes) {
        long start = System.nanoTime();
        LayerCapacity report;
        if (uncorrelated.isPresent()) {
            ManifoldCapacity measured =
                    ManifoldCapacity.of(classes, uncorrelated.get(), workers, CapacityProgress.NONE);
            requireComparable(Condition.name(condition, at), classes, measured.ambientDimension());
            report = CapacityReport.of(measured, (System.nanoTime() - start) * 1e-9);
        } else {
            CorrelatedCapacity measured =
                    CorrelatedCapacity.of(classes, correlated.orElseThrow(), workers, CapacityProgress.NONE);
            requireComparable(Condition.name(condition, at), classes, measured.ambientDimension());
            report = CorrelatedReport.of(measured, (System.nanoTime() - start) * 1e-9);
            compare(condition, at, measured);
        }
        conditions.add(new Condition(condition, at, report));
        return report;
    }

    private void requireComparable(String name, ManifoldSource classes, long dimensions) {
        String found = classes.count() + " classes of " + dimensions + " dimensions";
        List<String> names =
                IntStream.range(0, classes.count()).mapToObj(classes::name).toList();
        if (!shape.isEmpty() && !shape.equals(found)) {
            throw new MmcrException("expected the same classes and dimensions in every condition, found " + shape
                    + ", and " + found + " in " + name + "; measure them one by one");
        }
        for (int i = 0; i < labels.size(); i++) {
            if (!labels.get(i).equals(names.get(i))) {
                throw new MmcrException("expected the same classes in every condition, found class " + labels.get(i)
                        + ", and in its place " + names.get(i) + " in " + name + "; measure them one by one");
            }
        }
        shape = found;
        labels = names;
    }

    private void compare(String condition, Optional<Long> at, CorrelatedCapacity measured) {
        boolean ofFirst = conditions.isEmpty() || conditions.get(0).condition().equals(condition);
        Optional<CorrelatedCapacity> reference =
                ofFirst ? first.values().stream().findFirst() : Optional.ofNullable(first.get(at));
        if (ofFirst) {
            first.put(at, measured);
        } else if (reference.isEmpty()) {
            throw new MmcrException("expected the same times in every condition, found none like "
                    + Condition.name(condition, at) + " in " + conditions.get(0).condition()
                    + "; give conditions with equally many times");
        }
        reference.ifPresent(one -> differences.add(new Difference(condition, at, differences(one, measured))));
    }

    private static Map<String, Value> differences(CorrelatedCapacity first, CorrelatedCapacity other) {
        Map<String, Value> named = new LinkedHashMap<>();
        first.differences(other)
                .forEach((figure, interval) -> named.put(figure.name().toLowerCase(Locale.ROOT), Value.of(interval)));
        return named;
    }

    /** Returns the document of the entries so far. */
    public CapacitySeries result() {
        return new CapacitySeries(
                over, List.copyOf(conditions), List.copyOf(differences), (System.nanoTime() - began) * 1e-9);
    }

    @Override
    public void close() {
        workers.close();
    }
}

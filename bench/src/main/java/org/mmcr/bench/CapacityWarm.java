package org.mmcr.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.mmcr.analysis.capacity.CapacityRun;
import org.mmcr.analysis.capacity.PointFile;
import org.mmcr.analysis.capacity.PointOptions;
import org.mmcr.cli.Benchmark;
import org.mmcr.cli.UsageException;
import org.mmcr.core.capacity.CapacityOptions;
import org.mmcr.core.capacity.ManifoldSource;
import org.mmcr.train.run.ComputeThreads;

/** Times manifold capacity repeatedly in one JVM. Usage: {@code mmcr bench capacity-warm X.npy [TIMES]} */
public final class CapacityWarm implements Benchmark {
    private static final int TIMES = 21;
    /** Number of last runs whose median is reported; the JIT has compiled everything by then. */
    private static final int LAST = 7;

    /**
     * The times.
     *
     * @param seconds seconds of every run, in order
     * @param medianOfLast median of the last seven
     */
    record Result(List<Double> seconds, double medianOfLast) {}

    @Override
    public String name() {
        return "capacity-warm";
    }

    @Override
    public String summary() {
        return "seconds of the manifold capacity of a file, repeated in one JVM: X.npy [TIMES]";
    }

    @Override
    public Object run(List<String> arguments, Consumer<String> progress) {
        if (arguments.isEmpty()) {
            throw new UsageException(
                    "expected a file of points, found none; for example: mmcr bench capacity-warm X.npy");
        }
        int times = arguments.size() > 1 ? Integer.parseInt(arguments.get(1)) : TIMES;
        List<Double> seconds = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            ManifoldSource manifolds =
                    PointFile.open(arguments.get(0), PointOptions.all(0)).projected(OptionalInt.empty(), 0);
            seconds.add(new CapacityRun(CapacityOptions.defaults(), ComputeThreads.available())
                    .measure(manifolds, (stage, done, total) -> {})
                    .seconds());
            progress.accept(String.format(Locale.ROOT, "run %d: %.3f s", i + 1, seconds.get(i)));
        }
        List<Double> last = seconds.subList(Math.max(0, times - LAST), times).stream()
                .sorted()
                .toList();
        return new Result(seconds, last.get(last.size() / 2));
    }
}

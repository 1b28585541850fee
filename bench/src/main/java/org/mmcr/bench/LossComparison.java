package org.mmcr.bench;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.mmcr.cli.Benchmark;

/** {@code mmcr bench loss [--write FOLDER] [JMH options]}. */
public final class LossComparison implements Benchmark {
    @Override
    public String name() {
        return "loss";
    }

    @Override
    public String summary() {
        return "the objective and its gradient against libtorch's svdvals and svd";
    }

    @Override
    public Object run(List<String> arguments, Consumer<String> progress) throws Exception {
        String report = LossBenchmarkRunner.measure(arguments.toArray(String[]::new));
        progress.accept(report);
        return Map.of("report", report);
    }
}

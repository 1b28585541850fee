package org.mmcr.cli;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** A benchmark of the tests: adds the numbers of its arguments, of which it expects at least one. */
public final class SumBenchmark implements Benchmark {
    @Override
    public String name() {
        return "sum";
    }

    @Override
    public String summary() {
        return "the sum: NUMBER...";
    }

    @Override
    public Object run(List<String> arguments, Consumer<String> progress) {
        if (arguments.isEmpty()) {
            throw new UsageException("expected NUMBER..., found no argument");
        }
        return Map.of("sum", arguments.stream().mapToInt(Integer::parseInt).sum());
    }
}

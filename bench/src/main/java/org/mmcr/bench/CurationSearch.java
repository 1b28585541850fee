package org.mmcr.bench;

import java.lang.management.ManagementFactory;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.analysis.neighbours.GraphSearch;
import org.mmcr.cli.Benchmark;
import org.mmcr.cli.UsageException;
import org.mmcr.train.evaluate.NearestNeighbours;
import org.mmcr.train.evaluate.NearestRows;
import org.mmcr.train.evaluate.ProgressListener;

/**
 * The neighbours of all rows, as {@code mmcr curate} searches them, exactly and through a graph. Features are drawn:
 * a centre for every 20 rows, with a spectrum that falls. Usage: {@code mmcr bench curate-search ROWS WIDTH}
 */
public final class CurationSearch implements Benchmark {
    private static final int NEIGHBOURS = 51;
    private static final int NEAREST = 6;
    private static final int THREADS = Runtime.getRuntime().availableProcessors();

    @Override
    public String name() {
        return "curate-search";
    }

    @Override
    public String summary() {
        return "neighbours of all rows, exact and through a graph, on drawn features: ROWS WIDTH";
    }

    /**
     * Times and recall.
     *
     * @param exactSeconds wall time of the exact search
     * @param exactProcessorSeconds processor time of it, all threads together
     * @param graphSeconds wall time of building the graph and of all queries
     * @param graphProcessorSeconds processor time of both
     * @param recallAt6 fraction of the six nearest rows that the graph finds, mean; the row itself is one of them
     * @param recallAt51 fraction of the 51 nearest rows
     */
    record Result(
            int rows,
            int width,
            double exactSeconds,
            double exactProcessorSeconds,
            double graphSeconds,
            double graphProcessorSeconds,
            double recallAt6,
            double recallAt51) {}

    @Override
    public Object run(List<String> arguments, Consumer<String> progress) {
        if (arguments.size() != 2) {
            throw new UsageException("expected ROWS WIDTH, found " + arguments.size() + " arguments");
        }
        int rows = Integer.parseInt(arguments.get(0));
        int width = Integer.parseInt(arguments.get(1));
        try (Tensor features = drawn(rows, width)) {
            double[] start = clocks();
            NearestRows[] exact = NearestNeighbours.of(features, features, NEIGHBOURS);
            double[] between = clocks();
            progress.accept(String.format("exact: %.1f s", between[0] - start[0]));
            NearestRows[] graph = GraphSearch.build(features, THREADS, () -> false)
                    .of(features, NEIGHBOURS, THREADS, ProgressListener.NONE);
            double[] end = clocks();
            return new Result(
                    rows,
                    width,
                    between[0] - start[0],
                    between[1] - start[1],
                    end[0] - between[0],
                    end[1] - between[1],
                    recall(exact, graph, NEAREST),
                    recall(exact, graph, NEIGHBOURS));
        }
    }

    private static double[] clocks() {
        long used = ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean os
                ? os.getProcessCpuTime()
                : 0;
        return new double[] {System.nanoTime() * 1e-9, used * 1e-9};
    }

    private static Tensor drawn(int rows, int width) {
        Random random = new Random(1);
        float[] values = new float[rows * width];
        float[] centre = new float[width];
        for (int i = 0; i < values.length; i++) {
            double scale = 1 / (1 + i % width / 16.0);
            if (i / width % 20 == 0) {
                centre[i % width] = (float) (scale * random.nextGaussian());
            }
            values[i] = (float) (centre[i % width] + 0.5 * scale * random.nextGaussian());
        }
        return torch.tensor(values).reshape(rows, width);
    }

    private static double recall(NearestRows[] exact, NearestRows[] graph, int count) {
        long found = 0;
        long all = 0;
        for (int i = 0; i < exact.length; i++) {
            Set<Integer> expected = new HashSet<>();
            for (int rank = 0; rank < Math.min(count, exact[i].size()); rank++) {
                expected.add(exact[i].row(rank));
            }
            all += expected.size();
            for (int rank = 0; rank < Math.min(count, graph[i].size()); rank++) {
                found += expected.contains(graph[i].row(rank)) ? 1 : 0;
            }
        }
        return (double) found / all;
    }
}

package org.mmcr.bench;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.analysis.neighbours.ExactSearch;
import org.mmcr.analysis.neighbours.GraphSearch;
import org.mmcr.analysis.neighbours.Neighbour;
import org.mmcr.analysis.neighbours.NeighbourSearch;
import org.mmcr.cli.Benchmark;
import org.mmcr.cli.UsageException;
import org.mmcr.data.io.NpyFiles;

/**
 * Times the explorer's exact and approximate neighbour search, and measures the recall of the approximate one.
 * Queries are rows of the features; the row itself counts as found. Usage:
 * {@code mmcr bench neighbours FEATURES.npy [QUERIES]}
 */
public final class NeighboursBenchmark implements Benchmark {
    private static final int NEAREST = 10;
    private static final int SHOWN = 48;

    @Override
    public String name() {
        return "neighbours";
    }

    @Override
    public String summary() {
        return "exact and approximate neighbour search: FEATURES.npy [QUERIES]";
    }

    /**
     * Times and recall.
     *
     * @param rows number of rows
     * @param features number of features of a row
     * @param queries number of queries
     * @param buildSeconds seconds of building the graph
     * @param recallAt10 fraction of the exact ten nearest that the graph finds among its ten nearest, mean over
     *     queries
     * @param recallAt48 the same for the {@value #SHOWN} nearest that the page shows
     * @param lowestAt10 lowest recall at 10 of any query
     * @param exactMilliseconds median of an exact query for {@value #SHOWN} neighbours
     * @param graphMilliseconds median of an approximate query for {@value #SHOWN} neighbours
     */
    record Result(
            long rows,
            long features,
            int queries,
            double buildSeconds,
            double recallAt10,
            double recallAt48,
            double lowestAt10,
            double exactMilliseconds,
            double graphMilliseconds) {}

    @Override
    public Object run(List<String> arguments, Consumer<String> progress) {
        if (arguments.isEmpty() || arguments.size() > 2) {
            throw new UsageException("expected FEATURES.npy [QUERIES], found " + arguments.size() + " arguments");
        }
        int queries = arguments.size() > 1 ? Integer.parseInt(arguments.get(1)) : 1000;
        try (PointerScope scope = new PointerScope()) {
            NpyFiles.FloatArray read = NpyFiles.readFloats(Path.of(arguments.get(0)));
            long width = read.shape().get(1);
            Tensor features = torch.from_blob(
                    new FloatPointer(read.values()), new long[] {read.shape().get(0), width});
            progress.accept("read " + features.size(0) + " rows of " + width);
            long began = System.nanoTime();
            GraphSearch graph = GraphSearch.build(features, Runtime.getRuntime().availableProcessors(), () -> false);
            double seconds = (System.nanoTime() - began) / 1e9;
            progress.accept(String.format("built in %.1f s", seconds));
            return measure(new ExactSearch(features), graph, read.values(), width, queries, seconds);
        }
    }

    private static Result measure(
            NeighbourSearch exact, NeighbourSearch graph, float[] values, long width, int queries, double seconds) {
        int rows = Math.toIntExact(values.length / width);
        SplittableRandom random = new SplittableRandom(1);
        double[] ten = new double[queries];
        double[] shown = new double[queries];
        double[] exactTimes = new double[queries];
        double[] graphTimes = new double[queries];
        for (int i = 0; i < queries; i++) {
            int row = random.nextInt(rows);
            float[] query = Arrays.copyOfRange(values, (int) (row * width), (int) ((row + 1) * width));
            long began = System.nanoTime();
            List<Neighbour> truth = exact.of(query, SHOWN);
            long between = System.nanoTime();
            List<Neighbour> found = graph.of(query, SHOWN);
            graphTimes[i] = (System.nanoTime() - between) / 1e6;
            exactTimes[i] = (between - began) / 1e6;
            ten[i] = recall(truth, found, NEAREST);
            shown[i] = recall(truth, found, SHOWN);
        }
        return new Result(
                rows,
                width,
                queries,
                seconds,
                Arrays.stream(ten).average().orElse(0),
                Arrays.stream(shown).average().orElse(0),
                Arrays.stream(ten).min().orElse(0),
                median(exactTimes),
                median(graphTimes));
    }

    private static double recall(List<Neighbour> truth, List<Neighbour> found, int count) {
        Set<Integer> kept = new HashSet<>();
        found.stream().limit(count).forEach(neighbour -> kept.add(neighbour.row()));
        return truth.stream()
                        .limit(count)
                        .filter(neighbour -> kept.contains(neighbour.row()))
                        .count()
                / (double) count;
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}

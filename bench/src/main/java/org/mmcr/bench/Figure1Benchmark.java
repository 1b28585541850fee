package org.mmcr.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.mmcr.cli.Benchmark;
import org.mmcr.cli.UsageException;
import org.mmcr.simulations.uniform.UniformSimulation;
import org.mmcr.train.run.ComputeThreads;

/**
 * Times the draws of each cell of figure 1 on the threads of {@code simulate figure1}. {@code bench/figure1.sh} runs
 * it beside NumPy on the same cells. Usage: {@code mmcr bench figure1 METHOD REPEATS N,D N,D ...}
 */
public final class Figure1Benchmark implements Benchmark {
    @Override
    public String name() {
        return "figure1";
    }

    @Override
    public String summary() {
        return "seconds of the cells of figure 1: exact|fast REPEATS N,D ... (run by bench/figure1.sh)";
    }

    /**
     * A cell.
     *
     * @param points number of points N
     * @param dimensions number of dimensions D
     * @param seconds seconds for all repeats
     * @param nuclearNorms nuclear norm of each repeat
     */
    public record CellTime(long points, long dimensions, double seconds, List<Double> nuclearNorms) {}

    @Override
    public Object run(List<String> arguments, Consumer<String> progress) throws Exception {
        List<String> words = new ArrayList<>(arguments);
        int place = words.indexOf("--threads");
        int threads = place < 0 ? ComputeThreads.available() : Integer.parseInt(words.get(place + 1));
        if (place >= 0) {
            words.subList(place, place + 2).clear();
        }
        if (words.size() < 3 || !List.of("exact", "fast").contains(words.get(0))) {
            throw new UsageException("expected exact or fast, repeats, and cells such as 100,200; found " + words);
        }
        ComputeThreads.use(1);
        boolean exact = words.get(0).equals("exact");
        int repeats = Integer.parseInt(words.get(1));
        ExecutorService workers = Executors.newFixedThreadPool(threads);
        try {
            draw(workers, exact, 50, 60, 200); // warms up the JIT
            List<CellTime> cells = new ArrayList<>();
            for (String cell : words.subList(2, words.size())) {
                long[] sizes = Arrays.stream(cell.split(",", -1))
                        .mapToLong(Long::parseLong)
                        .toArray();
                cells.add(draw(workers, exact, sizes[0], sizes[1], repeats));
                CellTime taken = cells.get(cells.size() - 1);
                progress.accept(String.format(
                        Locale.ROOT, "%d x %d: %.4f s", taken.points(), taken.dimensions(), taken.seconds()));
            }
            return Map.of("method", words.get(0), "threads", threads, "cells", cells);
        } finally {
            workers.shutdown();
        }
    }

    private static CellTime draw(ExecutorService workers, boolean exact, long points, long dimensions, int repeats)
            throws Exception {
        long began = System.nanoTime();
        List<Future<Double>> drawing = LongStream.range(0, repeats)
                .mapToObj(seed -> workers.submit(() -> (exact
                                ? UniformSimulation.exact(points, dimensions, seed)
                                : UniformSimulation.fast(points, dimensions, seed))
                        .nuclearNorm()))
                .toList();
        List<Double> norms = new ArrayList<>();
        for (Future<Double> drawn : drawing) {
            norms.add(drawn.get());
        }
        return new CellTime(points, dimensions, (System.nanoTime() - began) * 1e-9, norms);
    }
}

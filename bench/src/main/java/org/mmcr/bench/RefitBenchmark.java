package org.mmcr.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.cli.Benchmark;
import org.mmcr.cli.UsageException;
import org.mmcr.data.io.NpyFiles;
import org.mmcr.explorer.labelling.Head;
import org.mmcr.explorer.labelling.HeadFitter;

/**
 * Times the classifier of the explorer's Label view: fitting to the labelled rows, and predicting all rows. Labels
 * are integers from 0 on. Usage: {@code mmcr bench refit FEATURES.npy LABELS.npy [ROUNDS]}
 */
public final class RefitBenchmark implements Benchmark {
    private static final int[] LABELLED = {50, 500, 5000};

    @Override
    public String name() {
        return "refit";
    }

    @Override
    public String summary() {
        return "seconds of the Label view's classifier: FEATURES.npy LABELS.npy [ROUNDS]";
    }

    /**
     * Seconds over rounds, each with other random rows labelled.
     *
     * @param rows number of rows
     * @param classes number of classes
     * @param labels number of labelled rows
     * @param fitSeconds median of fitting
     * @param worstFitSeconds longest time of fitting
     * @param predictSeconds median of predicting
     */
    record Result(
            int rows, int classes, int labels, double fitSeconds, double worstFitSeconds, double predictSeconds) {}

    @Override
    public Object run(List<String> arguments, Consumer<String> progress) {
        if (arguments.size() < 2 || arguments.size() > 3) {
            throw new UsageException(
                    "expected FEATURES.npy LABELS.npy [ROUNDS], found " + arguments.size() + " arguments");
        }
        int rounds = arguments.size() > 2 ? Integer.parseInt(arguments.get(2)) : 7;
        NpyFiles.FloatArray read = NpyFiles.readFloats(Path.of(arguments.get(0)));
        int[] labels = Arrays.stream(NpyFiles.readIntegers(Path.of(arguments.get(1))))
                .mapToInt(Math::toIntExact)
                .toArray();
        List<Result> results = new ArrayList<>();
        try (PointerScope scope = new PointerScope()) {
            Tensor features = torch.from_blob(
                    new FloatPointer(read.values()),
                    new long[] {read.shape().get(0), read.shape().get(1)});
            try (HeadFitter fitter = new HeadFitter(features)) {
                for (int labelled : LABELLED) {
                    results.add(measure(fitter, features, labels, labelled, rounds));
                    progress.accept(results.get(results.size() - 1).toString());
                }
            }
        }
        return results;
    }

    private static Result measure(HeadFitter fitter, Tensor features, int[] labels, int labelled, int rounds) {
        int classes = Arrays.stream(labels).max().orElse(0) + 1;
        List<String> names =
                IntStream.range(0, classes).mapToObj(Integer::toString).toList();
        double[] fits = new double[rounds];
        double[] predictions = new double[rounds];
        for (int round = 0; round < rounds; round++) {
            int[] rows = new SplittableRandom(round)
                    .ints(0, labels.length)
                    .distinct()
                    .limit(labelled)
                    .toArray();
            int[] chosen = IntStream.of(rows).map(row -> labels[row]).toArray();
            long began = System.nanoTime();
            Head head = fitter.fit(rows, chosen, names);
            long between = System.nanoTime();
            head.predict(features);
            predictions[round] = (System.nanoTime() - between) / 1e9;
            fits[round] = (between - began) / 1e9;
        }
        Arrays.sort(fits);
        Arrays.sort(predictions);
        return new Result(
                labels.length, classes, labelled, fits[rounds / 2], fits[rounds - 1], predictions[rounds / 2]);
    }
}

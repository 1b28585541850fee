package org.mmcr.train.evaluate;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.core.MmcrException;

/**
 * Accuracy when few training samples have a label: repeated stratified draws of so many labels per class, the protocols fitted
 * to those alone and scored on all test samples. A draw is a function of the seed, so every representation sees the same labels.
 *
 * @param features whose features they are, such as {@code trained encoder}
 * @param labelsPerClass labels drawn of each class
 * @param labels in all
 * @param draws how often they were drawn
 * @param knn20 nearest neighbours, k 20 (or as many as there are), T 0.07
 * @param linear linear probe
 */
@JsonNaming(SnakeCaseStrategy.class)
public record FewLabels(String features, int labelsPerClass, int labels, int draws, Spread knn20, Spread linear) {
    private static final int K = 20;
    private static final double TEMPERATURE = 0.07;

    /** Mean and sample standard deviation of the top-1 accuracy over the draws. */
    public record Spread(double mean, double std) {
        static Spread of(double[] values) {
            double mean = Arrays.stream(values).average().orElseThrow();
            double squares = Arrays.stream(values)
                    .map(value -> (value - mean) * (value - mean))
                    .sum();
            return new Spread(mean, values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : 0);
        }
    }

    static FewLabels measure(
            String features, int perClass, int draws, FeatureSet bank, FeatureSet queries, ProbeOptions probe) {
        double[] knn = new double[draws];
        double[] linear = new double[draws];
        int labels = 0;
        for (int draw = 0; draw < draws; draw++) {
            int[] rows = draw(bank, perClass, probe.seed() * 1_000_003 + draw);
            labels = rows.length;
            try (FeatureSet some = gather(bank, rows)) {
                knn[draw] = new KnnClassifier(K, TEMPERATURE)
                        .classify(some, queries)
                        .score()
                        .top1();
                linear[draw] = new LinearProbe(probe).evaluate(some, queries).top1();
            }
        }
        return new FewLabels(features, perClass, labels, draws, Spread.of(knn), Spread.of(linear));
    }

    /** So many rows of each class, ascending. */
    static int[] draw(FeatureSet bank, int perClass, long seed) {
        bank.requireLabelled("training");
        Random random = new Random(seed);
        List<Integer> drawn = new ArrayList<>();
        for (int c = 0; c < bank.classNames().size(); c++) {
            int wanted = c;
            List<Integer> rows = IntStream.range(0, bank.size())
                    .filter(row -> bank.labels()[row] == wanted)
                    .boxed()
                    .collect(Collectors.toCollection(ArrayList::new));
            if (!rows.isEmpty() && rows.size() < perClass) {
                throw new MmcrException("expected at least " + perClass + " training samples of class "
                        + bank.classNames().get(c) + ", found " + rows.size() + "; lower --labels-per-class");
            }
            Collections.shuffle(rows, random);
            drawn.addAll(rows.subList(0, Math.min(perClass, rows.size())));
        }
        return drawn.stream().mapToInt(Integer::intValue).sorted().toArray();
    }

    private static FeatureSet gather(FeatureSet bank, int[] rows) {
        Tensor features = torch.empty(rows.length, bank.width());
        try (PointerScope scope = new PointerScope()) {
            long[] indices = Arrays.stream(rows).asLongStream().toArray();
            features.copy_(bank.features().index_select(0, torch.tensor(indices)));
        }
        int[] labels = Arrays.stream(rows).map(row -> bank.labels()[row]).toArray();
        return new FeatureSet(features, labels, bank.classNames());
    }
}

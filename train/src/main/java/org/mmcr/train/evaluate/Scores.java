package org.mmcr.train.evaluate;

import java.util.List;
import java.util.function.Consumer;

/**
 * The three protocols on one set of features.
 *
 * @param knn weighted nearest neighbours, k 200, T 0.5: the published monitor
 * @param knn20 the same with k 20, T 0.07
 * @param linear linear probe
 */
public record Scores(Score knn, Score knn20, Score linear) {
    private static final int PUBLISHED_K = 200;
    private static final double PUBLISHED_TEMPERATURE = 0.5;
    private static final int SHARP_K = 20;
    private static final double SHARP_TEMPERATURE = 0.07;

    /** Runs all three; both neighbour protocols share one search. The fitted probe is handed to {@code fitted}. */
    static Scores of(FeatureSet train, FeatureSet test, ProbeOptions probe, Consumer<LinearModel> fitted) {
        List<KnnResult> neighbours = KnnClassifier.classifyAll(
                List.of(
                        new KnnClassifier(PUBLISHED_K, PUBLISHED_TEMPERATURE),
                        new KnnClassifier(SHARP_K, SHARP_TEMPERATURE)),
                train,
                test);
        Score linear = new LinearProbe(probe).evaluate(train, test, fitted);
        return new Scores(neighbours.get(0).score(), neighbours.get(1).score(), linear);
    }
}

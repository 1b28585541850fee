package org.mmcr.analysis.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.mmcr.core.MmcrException;
import org.mmcr.train.run.PretrainConfig;

/**
 * A configuration that a plan considers.
 *
 * @param batch samples in a batch
 * @param dimension of the embeddings
 * @param views of each sample
 * @param width of the encoder's first layer
 * @param learningRate base rate of the optimiser
 */
public record Candidate(int batch, int dimension, int views, int width, double learningRate) {
    private static final List<Double> FACTORS = List.of(0.5, 1.0, 2.0);
    private static final int TRIES = 1000;

    static Candidate of(PretrainConfig config) {
        return new Candidate(
                config.batch(),
                config.model().projector().dimension(),
                config.views(),
                config.model().encoder().width(),
                config.optimizer().learningRate());
    }

    /**
     * The recipe itself, then random combinations of half, once and twice each of its settings. Initial weights keep
     * the width.
     *
     * @param samples number of samples, which a step does not exceed
     * @throws MmcrException if the recipe has fewer neighbours than candidates are asked for
     */
    static List<Candidate> around(PretrainConfig config, int count, int samples) {
        Candidate first = of(config);
        boolean sized = config.model().init().isPresent();
        List<Candidate> candidates = new ArrayList<>(List.of(first));
        SplittableRandom random = new SplittableRandom(config.seed());
        for (int i = 0; i < TRIES && candidates.size() < count; i++) {
            Candidate next = new Candidate(
                    scaled(first.batch, random),
                    scaled(first.dimension, random),
                    Math.max(Math.min(2, first.views), scaled(first.views, random)),
                    sized ? first.width : scaled(first.width, random),
                    first.learningRate * FACTORS.get(random.nextInt(FACTORS.size())));
            if ((long) next.batch * config.accumulate() <= samples && !candidates.contains(next)) {
                candidates.add(next);
            }
        }
        if (candidates.size() < count) {
            throw new MmcrException("expected at most " + candidates.size() + " candidates around this recipe, found "
                    + count + "; lower --candidates");
        }
        return List.copyOf(candidates);
    }

    private static int scaled(int value, SplittableRandom random) {
        return Math.max(1, (int) Math.round(value * FACTORS.get(random.nextInt(FACTORS.size()))));
    }

    /** Returns a configuration with these settings. */
    PretrainConfig over(PretrainConfig config) {
        PretrainConfig sized = config.with("batch", String.valueOf(batch))
                .with("views", String.valueOf(views))
                .with("optimizer.learningRate", String.valueOf(learningRate));
        return sized.withModel(sized.model().withWidth(width).withDimension(dimension));
    }

    /** The settings in words. */
    public String text() {
        return String.format(
                Locale.ROOT,
                "batch %d, dimension %d, %d views, width %d, learning rate %.3g",
                batch,
                dimension,
                views,
                width,
                learningRate);
    }
}

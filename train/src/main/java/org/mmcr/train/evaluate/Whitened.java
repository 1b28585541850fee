package org.mmcr.train.evaluate;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Protocols on features whitened with the statistics of the training features (see {@link Whitening}). The ridge e is
 * the candidate with which a classifier is right most often on training samples that were held out; of equals the
 * largest.
 *
 * @param protocols that are fitted and scored on the whitened features
 * @param chooser the classifier whose held-out accuracy chooses the ridge
 * @param seed of the held-out samples
 */
record Whitened(List<Protocol> protocols, KnnClassifier chooser, long seed) implements Protocol {
    /** Candidates for e, the largest first. */
    private static final List<Double> RIDGES = List.of(10.0, 3.0, 1.0, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001);
    /** Training samples that choose the ridge, at most. */
    private static final int MOST = 10_000;
    /** The fraction of them that is held out: of 2,000, the standard error of the accuracy is a percent. */
    private static final double HELD_OUT = 0.2;

    /**
     * Settings of a score on whitened features.
     *
     * @param ridge e, in units of the mean variance
     * @param samples number of training samples of the statistics
     * @param of settings of the protocol itself
     */
    @JsonNaming(SnakeCaseStrategy.class)
    record Settings(double ridge, int samples, Protocol.Settings of) implements Protocol.Settings {}

    @Override
    public List<ProtocolResult> score(FeatureSet train, FeatureSet test) {
        train.requireLabelled("training");
        try (Whitening whitening = Whitening.of(train.features());
                FeatureSet bank = rotated(train, whitening);
                FeatureSet queries = rotated(test, whitening)) {
            double ridge = ridge(bank, whitening);
            scale(bank, whitening.factors(ridge));
            scale(queries, whitening.factors(ridge));
            return protocols.stream()
                    .flatMap(protocol -> protocol.score(bank, queries).stream())
                    .map(result -> renamed(result, ridge, whitening.samples()))
                    .toList();
        }
    }

    private static FeatureSet rotated(FeatureSet set, Whitening whitening) {
        return new FeatureSet(whitening.rotate(set.features()), set.labels(), set.classNames());
    }

    /** Multiplies the columns of a set in place. */
    private static void scale(FeatureSet set, double[] factors) {
        try (PointerScope scope = new PointerScope()) {
            set.features().mul_(Tensor.create(factors).to(ScalarType.Float).unsqueeze(0));
        }
    }

    /** Chooses the ridge on rotated training features, which are not modified. */
    private double ridge(FeatureSet rotated, Whitening whitening) {
        if (rotated.size() > MOST) {
            double fraction = (double) MOST / rotated.size();
            try (FeatureSet some = rotated.rows(split(rotated, fraction).heldOut())) {
                return ridge(some, whitening, split(some, HELD_OUT));
            }
        }
        return ridge(rotated, whitening, split(rotated, HELD_OUT));
    }

    private StratifiedSplit split(FeatureSet set, double fraction) {
        return StratifiedSplit.of(set.labels(), set.classNames().size(), fraction, seed);
    }

    private double ridge(FeatureSet rotated, Whitening whitening, StratifiedSplit split) {
        if (split.heldOut().length == 0) {
            return Whitening.RIDGE;
        }
        double best = -1;
        double chosen = RIDGES.get(0);
        for (double ridge : RIDGES) {
            try (FeatureSet bank = rotated.rows(split.rest());
                    FeatureSet queries = rotated.rows(split.heldOut())) {
                scale(bank, whitening.factors(ridge));
                scale(queries, whitening.factors(ridge));
                double accuracy = chooser.classify(bank, queries).score().top1();
                if (accuracy > best) {
                    best = accuracy;
                    chosen = ridge;
                }
            }
        }
        return chosen;
    }

    private static ProtocolResult renamed(ProtocolResult result, double ridge, int samples) {
        return new ProtocolResult(
                result.name() + "_whitened",
                result.title() + ", whitened",
                result.description() + "; features whitened with the mean and covariance of the training features",
                new Settings(ridge, samples, result.settings()),
                result.score());
    }
}

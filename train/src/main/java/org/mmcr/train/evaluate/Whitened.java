package org.mmcr.train.evaluate;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Protocols on whitened features: {@code x -> (x - m) V (L + e mean(L))^(-1/2)} with mean m and covariance {@code V
 * diag(L) V^T} of all training features, labelled or not. The ridge e keeps directions of little variance, which hold
 * mostly noise, from being amplified without bound. It is the candidate with which a classifier is right most often on
 * training samples that were held out; of equals the largest. With fewer samples than features, only the directions
 * that the samples span are kept.
 *
 * @param protocols that are fitted and scored on the whitened features
 * @param chooser the classifier whose held-out accuracy chooses the ridge
 * @param seed of the held-out samples
 */
record Whitened(List<Protocol> protocols, KnnClassifier chooser, long seed) implements Protocol {
    /** Candidates for e, the largest first. */
    private static final List<Double> RIDGES = List.of(10.0, 3.0, 1.0, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001);
    /** Above so many features, mean and covariance are those of evenly spaced rows. */
    private static final int WIDEST = 4096;
    /** At most so many rows. */
    private static final int WIDE_ROWS = 1024;
    /** Training samples that choose the ridge, at most. */
    private static final int MOST = 10_000;
    /** The fraction of them that is held out: of 2,000, the standard error of the accuracy is a percent. */
    private static final double HELD_OUT = 0.2;

    /**
     * Settings of a score on whitened features.
     *
     * @param ridge e, in units of the mean variance
     * @param of settings of the protocol itself
     */
    @JsonNaming(SnakeCaseStrategy.class)
    record Settings(double ridge, Protocol.Settings of) implements Protocol.Settings {}

    @Override
    public List<ProtocolResult> score(FeatureSet train, FeatureSet test) {
        train.requireLabelled("training");
        try (PrincipalAxes axes = axes(train.features());
                FeatureSet bank = rotated(train, axes);
                FeatureSet queries = rotated(test, axes)) {
            double[] variances = axes.variances();
            // Of all features, also of those directions in which no row differs.
            double mean = Arrays.stream(variances).sum() / train.width();
            double ridge = ridge(bank, variances, mean);
            scale(bank, factors(variances, ridge * mean));
            scale(queries, factors(variances, ridge * mean));
            return protocols.stream()
                    .flatMap(protocol -> protocol.score(bank, queries).stream())
                    .map(result -> renamed(result, ridge))
                    .toList();
        }
    }

    static PrincipalAxes axes(Tensor features) {
        long rows = features.size(0);
        long stride = features.size(1) > WIDEST ? (rows + WIDE_ROWS - 1) / WIDE_ROWS : 1;
        try (Tensor spaced = features.slice(0, new LongOptional(0), new LongOptional(rows), stride)) {
            return PrincipalAxes.spanning(spaced, true);
        }
    }

    private static FeatureSet rotated(FeatureSet set, PrincipalAxes axes) {
        return new FeatureSet(axes.rotate(set.features()), set.labels(), set.classNames());
    }

    /** Returns {@code (L + added)^(-1/2)}; zeros if all rows are equal, as those of a collapsed encoder. */
    static double[] factors(double[] variances, double added) {
        return Arrays.stream(variances)
                .map(variance -> added == 0 ? 0 : 1 / Math.sqrt(variance + added))
                .toArray();
    }

    /** Multiplies the columns of a set in place. */
    private static void scale(FeatureSet set, double[] factors) {
        try (PointerScope scope = new PointerScope()) {
            set.features().mul_(Tensor.create(factors).to(ScalarType.Float).unsqueeze(0));
        }
    }

    /** Chooses the ridge on rotated training features, which are not modified. */
    private double ridge(FeatureSet rotated, double[] variances, double mean) {
        if (rotated.size() > MOST) {
            double fraction = (double) MOST / rotated.size();
            try (FeatureSet some = rotated.rows(split(rotated, fraction).heldOut())) {
                return ridge(some, variances, mean, split(some, HELD_OUT));
            }
        }
        return ridge(rotated, variances, mean, split(rotated, HELD_OUT));
    }

    private StratifiedSplit split(FeatureSet set, double fraction) {
        return StratifiedSplit.of(set.labels(), set.classNames().size(), fraction, seed);
    }

    private double ridge(FeatureSet rotated, double[] variances, double mean, StratifiedSplit split) {
        if (split.heldOut().length == 0) {
            return RIDGES.get(RIDGES.size() / 2);
        }
        double best = -1;
        double chosen = RIDGES.get(0);
        for (double ridge : RIDGES) {
            try (FeatureSet bank = rotated.rows(split.rest());
                    FeatureSet queries = rotated.rows(split.heldOut())) {
                scale(bank, factors(variances, ridge * mean));
                scale(queries, factors(variances, ridge * mean));
                double accuracy = chooser.classify(bank, queries).score().top1();
                if (accuracy > best) {
                    best = accuracy;
                    chosen = ridge;
                }
            }
        }
        return chosen;
    }

    private static ProtocolResult renamed(ProtocolResult result, double ridge) {
        return new ProtocolResult(
                result.name() + "_whitened",
                result.title() + ", whitened",
                result.description() + "; features whitened with the mean and covariance of the training features",
                new Settings(ridge, result.settings()),
                result.score());
    }
}

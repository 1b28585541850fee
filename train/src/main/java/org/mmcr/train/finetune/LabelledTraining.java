package org.mmcr.train.finetune;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.data.DataSource;
import org.mmcr.train.encoder.EmbeddingModel;
import org.mmcr.train.encoder.Encoder;
import org.mmcr.train.encoder.TensorMaps;
import org.mmcr.train.evaluate.EncoderFeatures;
import org.mmcr.train.evaluate.FeatureExtractor;
import org.mmcr.train.evaluate.FeatureSet;
import org.mmcr.train.evaluate.LinearHead;
import org.mmcr.train.evaluate.LinearProbe;
import org.mmcr.train.evaluate.ProbeOptions;
import org.mmcr.train.evaluate.Score;
import org.mmcr.train.run.PretrainConfig;
import org.mmcr.train.run.Supervision;

/**
 * The labels of one training: the initial weights, and its end after a number of epochs or when the accuracy on held
 * out samples no longer rises.
 */
final class LabelledTraining implements Supervision {
    private static final int BATCH = 256;

    private final FinetuneRecipe recipe;
    private final DataSource data;
    private final List<String> classes;
    private final int[] labels;
    private final Optional<Encoder> learned;
    private final Optional<DataSource> heldOut;
    private final ValidationFile validation;
    private final int lastEpoch;
    private final int threads;

    /**
     * Describes a training.
     *
     * @param recipe with the rates of this training
     * @param data every sample has a label
     * @param classes in the order of the scores
     * @param learned initial weights, in evaluation mode; empty for random ones
     * @param heldOut samples of the validation accuracy, if there are any
     * @param validation receives the accuracies on them
     * @param lastEpoch number of epochs after which it ends, without held out samples
     */
    LabelledTraining(
            FinetuneRecipe recipe,
            DataSource data,
            List<String> classes,
            Optional<Encoder> learned,
            Optional<DataSource> heldOut,
            ValidationFile validation,
            int lastEpoch,
            int threads) {
        this.recipe = recipe;
        this.data = data;
        this.classes = classes;
        this.learned = learned;
        this.heldOut = heldOut;
        this.validation = validation;
        this.lastEpoch = lastEpoch;
        this.threads = threads;
        labels = new int[data.size()];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = classes.indexOf(data.classNames().get(data.label(i).orElseThrow()));
        }
    }

    @Override
    public int label(int sample) {
        return labels[sample];
    }

    @Override
    public double headRate() {
        return recipe.headLearningRate() / recipe.config().optimizer().learningRate();
    }

    @Override
    public void initialise(EmbeddingModel model) {
        learned.ifPresent(
                encoder -> TensorMaps.copy(encoder.state(), model.encoder().state(), "encoder"));
        // Of random weights, batch-norm's running statistics are not those of data: a probe of features in evaluation
        // mode would not fit the network in training mode, and its loss would start in the hundreds.
        if (learned.isPresent() && recipe.head() == FinetuneRecipe.Head.PROBE) {
            copyProbe(learned.get(), model);
        }
    }

    private void copyProbe(Encoder encoder, EmbeddingModel model) {
        PretrainConfig config = recipe.config();
        EncoderFeatures features = new EncoderFeatures(encoder, config.view().evaluation(), config.precision());
        try (FeatureSet set = new FeatureExtractor(features, BATCH, threads).extract(data, done -> {})) {
            ProbeOptions options = ProbeOptions.defaults().withSeed(config.seed());
            LinearHead head = new LinearProbe(options).fit(set).head(data.classNames());
            try (PointerScope scope = new PointerScope();
                    NoGradGuard guard = new NoGradGuard()) {
                Map<String, Tensor> projector = model.projector().state();
                Tensor weight = Objects.requireNonNull(projector.get("0.weight"));
                Tensor bias = Objects.requireNonNull(projector.get("0.bias"));
                for (int row = 0; row < head.classNames().size(); row++) {
                    int c = classes.indexOf(head.classNames().get(row));
                    weight.select(0, c).copy_(head.weightTensor().select(0, row));
                    bias.select(0, c).copy_(head.biasTensor().select(0, row));
                }
            }
        }
    }

    @Override
    public boolean endsAfter(int epoch, EmbeddingModel model) {
        if (heldOut.isEmpty()) {
            return epoch >= lastEpoch;
        }
        model.train(false);
        try {
            validation.add(epoch, accuracy(model, heldOut.get()));
        } finally {
            model.train(true);
        }
        return epoch - bestEpoch() >= recipe.patience();
    }

    /** Accuracy of a model in evaluation mode on labelled data. */
    double accuracy(EmbeddingModel model, DataSource of) {
        PretrainConfig config = recipe.config();
        ClassScores scores = new ClassScores(model, config.view().evaluation(), config.precision());
        try (FeatureSet set = new FeatureExtractor(scores, BATCH, threads).extract(of, done -> {})) {
            return Score.ofHighest(set, classes).top1();
        }
    }

    /** The first epoch with the highest validation accuracy; 0 before the first. */
    int bestEpoch() {
        int best = 0;
        double highest = -1;
        for (Map.Entry<Integer, Double> one : validation.accuracies().entrySet()) {
            if (one.getValue() > highest) {
                best = one.getKey();
                highest = one.getValue();
            }
        }
        return best;
    }

    /** The validation accuracies. */
    ValidationFile validation() {
        return validation;
    }
}

package org.mmcr.train.run;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.mmcr.data.DataSource;
import org.mmcr.data.DataSources;
import org.mmcr.data.RandomIndices;
import org.mmcr.data.views.EvaluationView;
import org.mmcr.train.encoder.EmbeddingModel;
import org.mmcr.train.encoder.Precision;
import org.mmcr.train.evaluate.EncoderFeatures;
import org.mmcr.train.evaluate.FeatureExtractor;
import org.mmcr.train.evaluate.FeatureSet;
import org.mmcr.train.evaluate.KnnClassifier;
import org.mmcr.train.evaluate.ProgressListener;

/**
 * A monitor of the encoder while it trains: kNN accuracy on samples that are held out of training. It reads labels,
 * which the objectives of pretraining never see.
 */
final class OnlineKnn {
    private static final int BATCH = 256;
    /** At most one labelled sample in so many is held out of training. */
    private static final int LEAST_SHARE = 10;

    private final MonitorOptions options;
    private final EvaluationView view;
    private final DataSource data;
    private final int[] heldOut;
    private final int[] training;
    private final int[] bank;
    private final int threads;

    private OnlineKnn(PretrainConfig config, DataSource data, int threads) {
        this.options = config.monitor();
        this.view = config.view().evaluation();
        this.data = data;
        this.threads = threads;
        int[] order = labelled(data);
        RandomIndices.shuffle(order, new SplittableRandom(config.seed() ^ 0x5DEECE66DL));
        heldOut = Arrays.copyOf(order, heldOut(config, data));
        int[] rest = Arrays.copyOfRange(order, heldOut.length, order.length);
        bank = Arrays.copyOf(rest, Math.min(options.bank(), rest.length));
        BitSet kept = new BitSet();
        kept.set(0, data.size());
        Arrays.stream(heldOut).forEach(kept::clear);
        training = kept.stream().toArray();
    }

    private static int[] labelled(DataSource data) {
        return IntStream.range(0, data.size())
                .filter(sample -> data.label(sample).isPresent())
                .toArray();
    }

    /** Returns how many samples the configured monitor holds out of training; 0 without one. */
    static int heldOut(PretrainConfig config, DataSource data) {
        MonitorOptions options = config.monitor();
        return options.steps() == 0 ? 0 : Math.min(options.heldOut(), labelled(data).length / LEAST_SHARE);
    }

    /**
     * Returns the configured monitor, after telling the listener how many samples it holds out; none, with a warning,
     * if the data have too few labels.
     */
    static Optional<OnlineKnn> plan(PretrainConfig config, DataSource data, TrainListener listener, int threads) {
        if (config.monitor().steps() == 0) {
            return Optional.empty();
        }
        OnlineKnn monitor = new OnlineKnn(config, data, threads);
        if (monitor.heldOut.length == 0) {
            listener.warning("the nearest-neighbour monitor needs at least " + LEAST_SHARE + " labelled "
                    + data.plural() + ", found " + labelled(data).length + " in " + data.location() + "; it stays off");
            return Optional.empty();
        }
        listener.warning(String.format(
                Locale.ROOT,
                "the nearest-neighbour monitor holds %,d of %,d %s out of training",
                monitor.heldOut.length,
                data.size(),
                data.plural()));
        return Optional.of(monitor);
    }

    /** All samples except the held-out ones, ascending. */
    int[] trainingSamples() {
        return training.clone();
    }

    /** Measures if a measurement is due after this step. */
    Optional<KnnPoint> measure(TrainingState state, double seconds) {
        if (state.step() % options.steps() != 0) {
            return Optional.empty();
        }
        Precision precision = state.precision();
        EmbeddingModel model = state.evaluated();
        boolean wasTraining = model.training();
        model.train(false);
        try (DataSource bankData = DataSources.subset(data, bank);
                DataSource queryData = DataSources.subset(data, heldOut);
                FeatureSet bankFeatures = extract(model, precision, bankData);
                FeatureSet queryFeatures = extract(model, precision, queryData)) {
            double top1 = new KnnClassifier(options.k(), options.temperature())
                    .classify(bankFeatures, queryFeatures)
                    .score()
                    .top1();
            return Optional.of(new KnnPoint(
                    state.step(), seconds, top1, options.k(), options.temperature(), bank.length, heldOut.length));
        } finally {
            model.train(wasTraining);
        }
    }

    private FeatureSet extract(EmbeddingModel model, Precision precision, DataSource pictures) {
        return new FeatureExtractor(new EncoderFeatures(model.encoder(), view, precision), BATCH, threads)
                .extract(pictures, ProgressListener.NONE);
    }
}

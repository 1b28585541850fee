package org.mmcr.train.run;

import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ForkJoinPool;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.core.JitteredSample;
import org.mmcr.core.MmcrException;
import org.mmcr.core.capacity.CapacityProgress;
import org.mmcr.core.capacity.CapacitySummary.Interval;
import org.mmcr.core.capacity.Matrix;
import org.mmcr.core.capacity.TaskRunner;
import org.mmcr.core.quality.EmbeddedViews;
import org.mmcr.core.quality.QualityOptions;
import org.mmcr.core.quality.RepresentationQuality;
import org.mmcr.data.DataSource;
import org.mmcr.train.encoder.EmbeddingModel;

/**
 * A monitor of embeddings in training: quality without labels on samples spread over the training data. Each
 * measurement sees the same samples in the same views, so that its curve shows the network alone. It draws from no
 * generator of the training.
 */
final class OnlineQuality {
    private final PretrainConfig config;
    private final DataSource data;
    private final int[] samples;
    private final ThreadShares threads;
    private final TrainListener listener;

    private OnlineQuality(
            PretrainConfig config, DataSource data, int[] samples, ThreadShares threads, TrainListener listener) {
        this.config = config;
        this.data = data;
        this.samples = samples;
        this.threads = threads;
        this.listener = listener;
    }

    /**
     * Returns the configured monitor, if there is one.
     *
     * @param training samples that are trained on
     */
    static Optional<OnlineQuality> plan(
            PretrainConfig config, DataSource data, int[] training, ThreadShares threads, TrainListener listener) {
        if (config.quality().steps() == 0) {
            return Optional.empty();
        }
        int[] samples = Arrays.stream(
                        JitteredSample.of(training.length, config.quality().samples()))
                .map(i -> training[i])
                .toArray();
        return Optional.of(new OnlineQuality(config, data, samples, threads, listener));
    }

    /** Measures if a measurement is due after this step; embeddings that cannot be measured give a warning. */
    Optional<QualityPoint> measure(TrainingState state, double seconds) {
        if (state.step() % config.quality().steps() != 0) {
            return Optional.empty();
        }
        Matrix rows = embed(state);
        try {
            return Optional.of(point(state.step(), seconds, rows));
        } catch (MmcrException e) {
            listener.warning("quality after step " + state.step() + ": " + e.getMessage());
            return Optional.empty();
        }
    }

    private Matrix embed(TrainingState state) {
        EmbeddingModel model = state.evaluated();
        boolean wasTraining = model.training();
        model.train(false);
        ViewNetwork network = new ViewNetwork(
                x -> model.embed(x).cpu(),
                model.dimension(),
                config.view().at(1),
                state.precision(),
                model.device(),
                false);
        try (PointerScope scope = new PointerScope()) {
            Tensor rows = new ViewEmbeddings(network, config.quality().views(), config.seed(), threads.loader())
                    .collect(data, samples);
            Matrix matrix = Matrix.zeros(Math.toIntExact(rows.size(0)), Math.toIntExact(rows.size(1)));
            rows.to(ScalarType.Double).contiguous().data_ptr_double().get(matrix.values());
            return matrix;
        } finally {
            model.train(wasTraining);
        }
    }

    private QualityPoint point(long step, double seconds, Matrix rows) {
        int views = config.quality().views();
        QualityOptions options = new QualityOptions(0, config.seed());
        ForkJoinPool pool = new ForkJoinPool(threads.compute());
        try {
            RepresentationQuality quality = RepresentationQuality.of(
                    new EmbeddedViews(rows, views), options, TaskRunner.on(pool), CapacityProgress.NONE);
            return new QualityPoint(step, seconds, samples.length, views, quality.byKey(Interval::value));
        } finally {
            pool.shutdownNow();
        }
    }
}

package org.mmcr.evaluate;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.MmcrException;
import org.mmcr.data.DataSource;
import org.mmcr.encoder.Encoder;
import org.mmcr.encoder.Precision;
import org.mmcr.views.EvaluationView;

/**
 * Features of a frozen encoder: evaluation-mode batch normalisation, no gradient, one deterministic view per picture.
 *
 * <p>Pictures are prepared by worker threads while the encoder works; memory is a few batches beside the features
 * themselves. The order is that of the source. The encoder is put into evaluation mode for the pass and back afterwards;
 * no random number is drawn, so a pass in the middle of training does not change the training.
 */
public final class FeatureExtractor {
    private static final int PIXEL_BATCH = 256;

    private final Encoder encoder;
    private final EvaluationView view;
    private final Precision precision;
    private final int batch;
    private final int threads;

    /**
     * @param encoder not copied; nothing else may use it during a pass
     * @param view how a picture is shown
     * @param precision of convolutions and products; features are float32 in every case
     * @param batch pictures per forward pass
     * @param threads that prepare pictures
     */
    public FeatureExtractor(Encoder encoder, EvaluationView view, Precision precision, int batch, int threads) {
        if (batch < 1 || threads < 1) {
            throw new MmcrException("expected a batch and threads of at least 1 for evaluation, found batch " + batch
                    + " and threads " + threads + "; 256 and the number of cores are usual");
        }
        this.encoder = encoder;
        this.view = view;
        this.precision = precision;
        this.batch = batch;
        this.threads = threads;
    }

    /** The number of features per picture. */
    public int width() {
        return encoder.features();
    }

    /** All features, with labels. The caller closes the set. */
    public FeatureSet extract(DataSource data, ProgressListener progress) {
        return collect(data, encoder.features(), sink -> stream(data, sink, progress));
    }

    /** Hands out features block by block, in order, without holding them. */
    public void stream(DataSource data, FeatureSink sink, ProgressListener progress) {
        boolean wasTraining = encoder.training();
        encoder.eval();
        try (NoGradGuard noGrad = new NoGradGuard();
                Precision.Scope autocast = precision.autocast();
                PreparedViews views = new PreparedViews(data, view, batch, threads)) {
            views.forEach((first, nhwc) -> {
                try (PointerScope scope = new PointerScope()) {
                    // (B, S, S, 3) seen as (B, 3, S, S) with channels-last strides: no copy.
                    Tensor features = encoder.forward(nhwc.permute(0, 3, 1, 2)).contiguous();
                    sink.accept(first, features);
                    progress.done(first + Math.toIntExact(features.size(0)));
                }
            });
        } finally {
            encoder.train(wasTraining);
        }
    }

    /** Normalised pixels of the evaluation view as features (N, S * S * 3): what an encoder has to beat. */
    public static FeatureSet pixels(DataSource data, EvaluationView view) {
        return pixels(data, view, Runtime.getRuntime().availableProcessors(), ProgressListener.NONE);
    }

    /** As {@link #pixels(DataSource, EvaluationView)}, on so many threads. */
    public static FeatureSet pixels(DataSource data, EvaluationView view, int threads, ProgressListener progress) {
        int width = 3 * view.size() * view.size();
        return collect(data, width, sink -> {
            try (PreparedViews views = new PreparedViews(data, view, PIXEL_BATCH, threads)) {
                views.forEach((first, nhwc) -> {
                    try (PointerScope scope = new PointerScope()) {
                        sink.accept(first, nhwc.reshape(nhwc.size(0), width));
                        progress.done(first + Math.toIntExact(nhwc.size(0)));
                    }
                });
            }
        });
    }

    private interface Pass {
        void run(FeatureSink sink);
    }

    private static FeatureSet collect(DataSource data, int width, Pass pass) {
        int[] labels = new int[data.size()];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = data.label(i).orElse(FeatureSet.UNLABELLED);
        }
        Tensor features = torch.empty(labels.length, width);
        boolean done = false;
        try {
            pass.run((first, block) -> {
                try (PointerScope scope = new PointerScope()) {
                    features.narrow(0, first, block.size(0)).copy_(block);
                }
            });
            FeatureSet set = new FeatureSet(features, labels, data.classNames());
            done = true;
            return set;
        } finally {
            if (!done) {
                features.close();
            }
        }
    }
}

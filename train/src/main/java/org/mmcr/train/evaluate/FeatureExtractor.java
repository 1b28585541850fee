package org.mmcr.train.evaluate;

import org.apiguardian.api.API;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.core.MmcrException;
import org.mmcr.data.DataSource;
import org.mmcr.data.views.EvaluationView;
import org.mmcr.train.encoder.Encoder;
import org.mmcr.train.encoder.Precision;

/**
 * Features of a frozen encoder: evaluation-mode batch normalisation, no gradient, one deterministic view per sample.
 *
 * <p>Each thread makes the views of a batch and takes them through the encoder by itself (see {@link ParallelPass}); memory is
 * that of a forward pass a thread, and of the features of some batches. Features do not depend on the number of threads, and their
 * order is that of the source. The encoder is put into evaluation mode for the pass and back afterwards; no random number is drawn, so a pass in the middle of
 * training does not change the training.
 */
@API(status = API.Status.STABLE)
public final class FeatureExtractor {
    private static final int RAW_BATCH = 256;
    /** What goes through a small encoder at a time, such that a core's own memory holds most of it: 64 pictures of 32 x 32. */
    private static final int NUMBERS = 64 * 3 * 32 * 32;
    /** Fewer samples at a time cost a large encoder, whose weights are read for each batch. */
    private static final int FEWEST = 16;

    private final Encoder encoder;
    private final EvaluationView view;
    private final Precision precision;
    private final int batch;
    private final int threads;

    /**
     * @param encoder not copied; nothing else may use it during a pass
     * @param view how a sample is shown
     * @param precision of convolutions and products; features are float32 in every case
     * @param batch the most samples per forward pass; of pictures there are fewer, the larger they are
     * @param threads of the pass, for views and arithmetic
     * @throws MmcrException when the batch or the number of threads is below 1
     */
    public FeatureExtractor(Encoder encoder, EvaluationView view, Precision precision, int batch, int threads) {
        if (batch < 1 || threads < 1) {
            throw new MmcrException("expected a batch and threads of at least 1 for evaluation, found batch " + batch
                    + " and threads " + threads + "; 256 and the number of cores are usual");
        }
        this.encoder = encoder;
        this.view = view;
        this.precision = precision;
        int fitting = Math.max(FEWEST, NUMBERS / view.shape().length());
        this.batch = Math.min(batch, Integer.highestOneBit(fitting));
        this.threads = threads;
    }

    /** The number of features per sample. */
    public int width() {
        return encoder.features();
    }

    /** Samples per forward pass, and per block but for the last. */
    public int batch() {
        return batch;
    }

    /** All features, with labels. The caller closes the set. */
    public FeatureSet extract(DataSource data, ProgressListener progress) {
        return collect(data, encoder.features(), sink -> stream(data, sink, progress));
    }

    /** Hands out features block by block, in order, without holding them. */
    public void stream(DataSource data, FeatureSink sink, ProgressListener progress) {
        boolean wasTraining = encoder.training();
        encoder.eval();
        try (ParallelPass pass = new ParallelPass(data, encoder, view, precision, batch, threads)) {
            pass.forEach((first, features) -> {
                sink.accept(first, features);
                progress.done(first + Math.toIntExact(features.size(0)));
            });
        } finally {
            encoder.train(wasTraining);
        }
    }

    /**
     * The evaluation view itself as features, normalised pixels (N, S * S * 3) or standardised columns: what an encoder has to
     * beat.
     */
    public static FeatureSet raw(DataSource data, EvaluationView view, int threads, ProgressListener progress) {
        return collect(data, view.shape().length(), sink -> {
            try (PreparedViews views = new PreparedViews(data, view, RAW_BATCH, threads)) {
                views.forEach((first, rows) -> {
                    sink.accept(first, rows);
                    progress.done(first + Math.toIntExact(rows.size(0)));
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

package org.mmcr.train.evaluate;

import java.util.List;
import org.apiguardian.api.API;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.core.MmcrException;
import org.mmcr.data.DataSource;
import org.mmcr.data.views.EvaluationView;

/**
 * Computes the features of whole data sources without gradient, from one deterministic view of each sample, or as the
 * mean over several views.
 *
 * <p>Each thread prepares a batch and computes its features (see {@link FeaturePass}). Memory: one forward pass per
 * thread and the features of a few batches. Features are in the order of the source and do not depend on the number of
 * threads.
 */
@API(status = API.Status.STABLE)
public final class FeatureExtractor {
    /** Floats of a batch: 64 pictures of 32 x 32, most of whose activations fit into a core's own cache. */
    private static final int BATCH_FLOATS = 64 * 3 * 32 * 32;
    /** A batch of larger pictures still has so many samples, because matrix products need rows. */
    private static final int USUAL_BATCH = 16;
    /** Floats of such a batch at most: 4 pictures of 224 x 224, beyond which activations leave the caches. */
    private static final int MOST_FLOATS = 4 * 3 * 224 * 224;

    private final FeatureModel model;
    private final List<EvaluationView> views;
    private final int batch;
    private final int threads;

    /**
     * Creates an extractor.
     *
     * @param model feature model, not copied; its state must not change during a pass
     * @param batch largest number of samples per forward pass; smaller for large pictures
     * @param threads threads of a pass, for views and arithmetic
     * @throws MmcrException when the batch or the number of threads is below 1
     */
    public FeatureExtractor(FeatureModel model, int batch, int threads) {
        this(model, List.of(model.view()), batch, threads);
    }

    /**
     * Creates an extractor of the mean over several views of each sample.
     *
     * @param model as above
     * @param views at least one, of the shape of the model's own view
     * @param batch as above
     * @param threads as above
     * @throws MmcrException when there is no view or one of another shape, or the batch or the number of threads is
     *     below 1
     */
    public FeatureExtractor(FeatureModel model, List<EvaluationView> views, int batch, int threads) {
        if (batch < 1 || threads < 1) {
            throw new MmcrException("expected a batch and threads of at least 1 for evaluation, found batch " + batch
                    + " and threads " + threads + "; 256 and the number of cores are usual");
        }
        if (views.isEmpty()
                || views.stream()
                        .anyMatch(view -> !view.shape().equals(model.view().shape()))) {
            throw new MmcrException("expected at least one view, of the shape of the model's own, found "
                    + (views.isEmpty() ? "none" : "another shape"));
        }
        this.model = model;
        this.views = List.copyOf(views);
        int length = model.view().shape().length();
        int fitting = Math.max(BATCH_FLOATS / length, Math.min(USUAL_BATCH, MOST_FLOATS / length));
        this.batch = Math.min(batch, Integer.highestOneBit(Math.max(1, fitting)));
        this.threads = threads;
    }

    /** Returns the number of features per sample. */
    public int width() {
        return model.width();
    }

    /** Returns the number of samples per forward pass and per block; the last block may be smaller. */
    public int batch() {
        return batch;
    }

    /** Returns all features with their labels. The caller closes the set. */
    public FeatureSet extract(DataSource data, ProgressListener progress) {
        int[] labels = new int[data.size()];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = data.label(i).orElse(FeatureSet.UNLABELLED);
        }
        Tensor features = torch.empty(labels.length, width());
        boolean done = false;
        try {
            stream(
                    data,
                    (first, block) -> {
                        try (PointerScope scope = new PointerScope()) {
                            features.narrow(0, first, block.size(0)).copy_(block);
                        }
                    },
                    progress);
            FeatureSet set = new FeatureSet(features, labels, data.classNames());
            done = true;
            return set;
        } finally {
            if (!done) {
                features.close();
            }
        }
    }

    /**
     * Passes the features on block by block, in order, without keeping them.
     *
     * @throws NonFiniteFeaturesException when a feature is NaN or infinite
     */
    public void stream(DataSource data, FeatureSink sink, ProgressListener progress) {
        try (FeaturePass pass = new FeaturePass(data, model, views, batch, threads)) {
            pass.forEach((first, features) -> {
                NonFiniteFeaturesException.check(features, row -> data.name(first + row));
                sink.accept(first, features);
                progress.done(first + Math.toIntExact(features.size(0)));
            });
        }
    }
}

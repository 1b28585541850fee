package org.mmcr.train.evaluate;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.data.DataSource;
import org.mmcr.data.views.EvaluationView;
import org.mmcr.train.encoder.Encoder.StageListener;
import org.mmcr.train.encoder.Precision;

/** What comes out of every stage of a frozen network for each picture, in evaluation mode, as {@link FeatureExtractor} does for the last one. */
public final class StageExtractor {
    private static final int BATCH = 64;

    private final Network network;
    private final EvaluationView view;
    private final Precision precision;
    private final int threads;

    /** A network that names its stages: {@code encoder::forward} or {@code model::embed}, in evaluation mode. */
    @FunctionalInterface
    public interface Network {
        Tensor apply(Tensor x, StageListener listener);
    }

    /** Receives a block of a stage's output. */
    @FunctionalInterface
    public interface Sink {
        /**
         * Takes one block.
         *
         * @param first position of the block's first picture
         * @param stage name of the stage
         * @param output (B, width) float32, valid during the call
         */
        void accept(int first, String stage, Tensor output);
    }

    /**
     * Prepares a pass.
     *
     * @param network nothing else may use it during a pass
     * @param view how a picture is shown
     * @param threads that prepare pictures
     */
    public StageExtractor(Network network, EvaluationView view, Precision precision, int threads) {
        this.network = network;
        this.view = view;
        this.precision = precision;
        this.threads = threads;
    }

    /** Hands out the stages block by block, in the order of the pictures. */
    public void stream(DataSource data, Sink sink, ProgressListener progress) {
        try (NoGradGuard noGrad = new NoGradGuard();
                Precision.Scope autocast = precision.autocast();
                PreparedViews views = new PreparedViews(data, view, BATCH, threads)) {
            views.forEach((first, rows) -> {
                try (PointerScope scope = new PointerScope()) {
                    long count = rows.size(0);
                    network.apply(
                            view.shape().arrange(rows),
                            (stage, output) -> sink.accept(
                                    first,
                                    stage,
                                    output.to(ScalarType.Float)
                                            .reshape(count, output.numel() / count)
                                            .contiguous()));
                    progress.done(first + Math.toIntExact(count));
                }
            });
        }
    }
}

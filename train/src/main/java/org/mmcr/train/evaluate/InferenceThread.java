package org.mmcr.train.evaluate;

import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.train.encoder.Precision;

/**
 * The state of a thread that computes features: no gradient, the precision of the model, and operations on this thread
 * alone. Features that were computed on such threads are equal, whatever command computes them.
 */
public final class InferenceThread {
    private InferenceThread() {}

    /**
     * Returns the work of a new thread. The state lasts as long as the thread, so that low-precision copies of the
     * weights are made once, not for every batch.
     *
     * @param model whose features {@code loop} computes
     */
    public static Runnable of(FeatureModel model, Runnable loop) {
        return () -> {
            SingleThreadedOps.begin();
            try (NoGradGuard noGrad = new NoGradGuard();
                    Precision.Scope autocast = model.precision().autocast(model.device())) {
                loop.run();
            }
        };
    }

    /**
     * Computes features of a batch; call it on such a thread. libtorch computes convolutions of a single picture in
     * another order than those of several, so that the last digits differ. A single sample is therefore computed as two
     * equal ones, and features do not depend on the batch that they were computed in.
     *
     * @param rows prepared samples (B, {@code model.view().shape().length()}), float32
     * @return float32 (B, F), in the caller's scope
     */
    public static Tensor features(FeatureModel model, Tensor rows) {
        boolean twice = rows.size(0) == 1 && !model.usesCallingThreadOnly();
        Tensor input = twice ? torch.cat(new TensorVector(rows, rows), 0) : rows;
        Tensor features = model.apply(model.view().shape().arrange(input));
        return twice ? features.narrow(0, 0, 1) : features;
    }
}

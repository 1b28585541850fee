package org.mmcr.train.evaluate;

import org.bytedeco.pytorch.NoGradGuard;
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
                    Precision.Scope autocast = model.precision().autocast()) {
                loop.run();
            }
        };
    }
}

package org.mmcr.train.evaluate;

import org.apiguardian.api.API;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.data.views.EvaluationView;
import org.mmcr.train.encoder.Precision;

/**
 * A frozen map from prepared pictures or rows to features. Everything that measures or exports features works on this
 * interface, whatever computes them: the encoder of a run or of a weights file, or nothing at all
 * ({@link InputFeatures}).
 */
@API(status = API.Status.STABLE)
public interface FeatureModel {
    /** How a sample is prepared for {@link #apply}. */
    EvaluationView view();

    /** The number of features F. */
    int width();

    /** The arithmetic that {@link #apply} expects its thread to be in. */
    Precision precision();

    /**
     * Computes the features of a batch. Thread-safe; draws no random number and changes no state.
     *
     * @param x prepared samples (B, ...) as {@code view().shape()} arranges them, float32
     * @return float32 (B, F), in the caller's scope
     */
    Tensor apply(Tensor x);
}

package org.mmcr.train.evaluate;

import org.apiguardian.api.API;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.data.views.EvaluationView;
import org.mmcr.train.encoder.ComputeDevice;
import org.mmcr.train.encoder.Precision;

/**
 * A frozen map from prepared pictures or rows to features: the encoder of a run or of a weights file, or the identity
 * ({@link InputFeatures}).
 */
@API(status = API.Status.STABLE)
public interface FeatureModel {
    /** Returns the preparation of a sample for {@link #apply}. */
    EvaluationView view();

    /** Returns the number of features, F. */
    int width();

    /** Returns the precision in which the calling thread of {@link #apply} must be. */
    Precision precision();

    /** Returns the device that computes; {@link #apply} returns its features on the processor all the same. */
    default ComputeDevice device() {
        return ComputeDevice.CPU;
    }

    /**
     * Whether {@link #apply} computes on its calling thread alone, so that only several calls at a time use several
     * cores. libtorch's operations start threads of their own.
     */
    default boolean usesCallingThreadOnly() {
        return false;
    }

    /**
     * Computes the features of a batch. Thread-safe; draws no random number and changes no state.
     *
     * @param x prepared samples (B, ...) as {@code view().shape()} arranges them, float32
     * @return float32 (B, F), in the caller's scope
     */
    Tensor apply(Tensor x);
}

package org.mmcr.train.evaluate;

import org.apiguardian.api.API;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.core.MmcrException;
import org.mmcr.data.views.EvaluationView;
import org.mmcr.train.encoder.ComputeDevice;
import org.mmcr.train.encoder.Encoder;
import org.mmcr.train.encoder.Precision;

/**
 * The features of an encoder.
 *
 * @param encoder encoder in evaluation mode; not copied
 * @param view preparation of samples
 * @param precision precision of convolutions and products; features are always float32
 */
@API(status = API.Status.STABLE)
public record EncoderFeatures(Encoder encoder, EvaluationView view, Precision precision) implements FeatureModel {
    @Override
    public ComputeDevice device() {
        return encoder.device();
    }

    @Override
    public int width() {
        return encoder.features();
    }

    /**
     * Computes the features of a batch.
     *
     * @throws MmcrException if the encoder is in training mode, where a sample's features depend on its batch
     */
    @Override
    public Tensor apply(Tensor x) {
        if (encoder.training()) {
            throw new MmcrException(
                    "expected an encoder in evaluation mode, found one in training mode; call its eval() first");
        }
        return encoder.forward(x).cpu();
    }

    /** Returns the same network with random weights drawn from {@code seed}. */
    public EncoderFeatures untrained(long seed) {
        Encoder drawn = encoder.spec().build(seed);
        drawn.to(encoder.device());
        drawn.eval();
        return new EncoderFeatures(drawn, view, precision);
    }
}

package org.mmcr.train.evaluate;

import java.util.function.IntFunction;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.core.MmcrException;

/** Thrown if a feature is NaN or infinite, as after a training that diverged while its weights stayed finite. */
public final class NonFiniteFeaturesException extends MmcrException {
    private static final long serialVersionUID = 1L;

    private NonFiniteFeaturesException(String message) {
        super(message);
    }

    /**
     * Checks that features are finite.
     *
     * @param features (N, D)
     * @param name name of the sample of a row
     * @throws NonFiniteFeaturesException when one is NaN or infinite
     */
    public static void check(Tensor features, IntFunction<String> name) {
        try (PointerScope scope = new PointerScope()) {
            Tensor finite = features.isfinite().all(1);
            if (!finite.all().item_bool()) {
                int row = Math.toIntExact(
                        finite.logical_not().to(ScalarType.Int).argmax().item_long());
                throw new NonFiniteFeaturesException("expected finite features, found NaN or infinity for '"
                        + name.apply(row) + "'; the encoder's weights are broken or the input is extreme: try"
                        + " --precision fp32, or an earlier checkpoint");
            }
        }
    }
}

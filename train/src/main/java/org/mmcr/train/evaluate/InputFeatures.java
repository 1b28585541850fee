package org.mmcr.train.evaluate;

import org.bytedeco.pytorch.Tensor;
import org.mmcr.data.views.EvaluationView;
import org.mmcr.train.encoder.Precision;

/**
 * The baseline that uses the prepared samples as features: normalised pixels (S * S * 3) or standardised columns.
 */
public record InputFeatures(EvaluationView view) implements FeatureModel {
    @Override
    public int width() {
        return view.shape().length();
    }

    @Override
    public Precision precision() {
        return Precision.FP32;
    }

    @Override
    public Tensor apply(Tensor x) {
        // Pictures are channels-last in memory, so that this is a view of the rows that were written.
        return x.dim() == 4 ? x.permute(0, 2, 3, 1).reshape(x.size(0), width()) : x;
    }
}

package org.mmcr.train.evaluate;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.data.views.EvaluationView;
import org.mmcr.train.encoder.ComputeDevice;
import org.mmcr.train.encoder.Precision;

/**
 * Features of a model, whitened: its features with one linear layer behind them. Made outside of a scope, as an
 * encoder is.
 */
public final class WhitenedFeatures implements FeatureModel {
    private final FeatureModel model;
    private final Tensor mean;
    private final Tensor map;

    /**
     * @param model gives the features
     * @param whitening of as many features; not kept
     * @throws org.mmcr.core.MmcrException if the model has another number of features
     */
    public WhitenedFeatures(FeatureModel model, Whitening whitening) {
        whitening.requireWidth(model.width());
        this.model = model;
        mean = whitening.mean();
        map = whitening.map();
    }

    @Override
    public EvaluationView view() {
        return model.view();
    }

    @Override
    public int width() {
        return Math.toIntExact(map.size(1));
    }

    @Override
    public Precision precision() {
        return model.precision();
    }

    @Override
    public ComputeDevice device() {
        return model.device();
    }

    @Override
    public boolean usesCallingThreadOnly() {
        return model.usesCallingThreadOnly();
    }

    @Override
    public Tensor apply(Tensor x) {
        // In float64, which autocast leaves alone: in bf16 the directions of little variance would be lost.
        return model.apply(x).to(ScalarType.Double).sub(mean).mm(map).to(ScalarType.Float);
    }
}

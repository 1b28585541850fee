package org.mmcr.train.finetune;

import org.bytedeco.pytorch.Tensor;
import org.mmcr.data.views.EvaluationView;
import org.mmcr.train.encoder.ComputeDevice;
import org.mmcr.train.encoder.EmbeddingModel;
import org.mmcr.train.encoder.Precision;
import org.mmcr.train.evaluate.FeatureModel;

/**
 * The class scores (B, C) of a model whose projector is a classifier, as features.
 *
 * @param model in evaluation mode, not copied
 */
record ClassScores(EmbeddingModel model, EvaluationView view, Precision precision) implements FeatureModel {
    @Override
    public ComputeDevice device() {
        return model.device();
    }

    @Override
    public int width() {
        return model.dimension();
    }

    @Override
    public Tensor apply(Tensor x) {
        return model.embed(x).cpu();
    }
}

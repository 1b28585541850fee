package org.mmcr.train.evaluate;

import org.apiguardian.api.API;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.core.MmcrException;
import org.mmcr.data.views.EvaluationView;
import org.mmcr.train.encoder.ComputeDevice;
import org.mmcr.train.encoder.EmbeddingModel;
import org.mmcr.train.encoder.Precision;

/**
 * The embeddings of a model, which its objective compared: those of paired data, where modalities meet in one space.
 *
 * @param model encoder and projector in evaluation mode; not copied
 * @param view preparation of samples
 * @param precision precision of products; embeddings are always float32
 */
@API(status = API.Status.STABLE)
public record ProjectedFeatures(EmbeddingModel model, EvaluationView view, Precision precision)
        implements FeatureModel {
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
        if (model.training()) {
            throw new MmcrException(
                    "expected a model in evaluation mode, found one in training mode; call train(false) first");
        }
        return model.embed(x).cpu();
    }
}

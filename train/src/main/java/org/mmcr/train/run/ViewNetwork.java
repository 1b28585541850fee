package org.mmcr.train.run;

import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.data.views.ViewRecipe;
import org.mmcr.train.encoder.ComputeDevice;
import org.mmcr.train.encoder.Precision;
import org.mmcr.train.evaluate.FeatureModel;

/**
 * A network in evaluation mode together with the augmentation of its input.
 *
 * @param forward maps a batch of views (B, ...), float32, to rows (B, D), float32
 * @param dimension D
 * @param recipes augmentation, used in turn
 * @param precision of the calling thread
 * @param device where {@code forward} computes; its rows are on the processor
 * @param callingThreadOnly whether {@code forward} computes on its calling thread alone
 */
public record ViewNetwork(
        UnaryOperator<Tensor> forward,
        int dimension,
        List<ViewRecipe> recipes,
        Precision precision,
        ComputeDevice device,
        boolean callingThreadOnly) {
    public ViewNetwork {
        recipes = List.copyOf(recipes);
    }

    /** Returns encoder and projector of a run with its augmentation: the embeddings that the objective saw. */
    public static ViewNetwork projected(TrainedModel model) {
        return new ViewNetwork(
                x -> model.model().embed(x).cpu(),
                model.model().dimension(),
                model.config().view().at(1),
                model.config().precision(),
                model.model().device(),
                false);
    }

    /** Returns the encoder of a run with its augmentation: features, without the projector. */
    public static ViewNetwork features(TrainedModel model) {
        return new ViewNetwork(
                model.features()::apply,
                model.features().width(),
                model.config().view().at(1),
                model.config().precision(),
                model.model().device(),
                false);
    }

    /**
     * Returns any encoder with a given augmentation.
     *
     * @param model not copied
     * @param recipes view v follows recipe v modulo their number; of the shape of the model's own view
     */
    public static ViewNetwork features(FeatureModel model, List<ViewRecipe> recipes) {
        return new ViewNetwork(
                model::apply, model.width(), recipes, model.precision(), model.device(), model.usesCallingThreadOnly());
    }
}

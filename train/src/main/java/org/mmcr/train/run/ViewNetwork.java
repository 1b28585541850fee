package org.mmcr.train.run;

import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.core.MmcrException;
import org.mmcr.data.views.PictureEvaluationView;
import org.mmcr.data.views.PictureViewRecipe;
import org.mmcr.data.views.ViewRecipe;
import org.mmcr.train.encoder.Precision;
import org.mmcr.train.evaluate.FeatureModel;

/**
 * A network in evaluation mode together with the augmentation of its input.
 *
 * @param forward maps a batch of views (B, ...), float32, to rows (B, D), float32
 * @param dimension D
 * @param recipes augmentation, used in turn
 * @param precision of the calling thread
 */
public record ViewNetwork(UnaryOperator<Tensor> forward, int dimension, List<ViewRecipe> recipes, Precision precision) {
    public ViewNetwork {
        recipes = List.copyOf(recipes);
    }

    /** Returns encoder and projector of a run with its augmentation: the embeddings that the objective saw. */
    public static ViewNetwork projected(TrainedModel model) {
        return new ViewNetwork(
                x -> model.model().embed(x),
                model.model().dimension(),
                model.config().view().at(1),
                model.config().precision());
    }

    /** Returns the encoder of a run with its augmentation: features, without the projector. */
    public static ViewNetwork features(TrainedModel model) {
        return new ViewNetwork(
                model.features()::apply,
                model.features().width(),
                model.config().view().at(1),
                model.config().precision());
    }

    /**
     * Returns another encoder of pictures with the default augmentation, at the encoder's size and normalisation.
     *
     * @throws MmcrException if it is an encoder of table rows, whose augmentation is not known
     */
    public static ViewNetwork features(FeatureModel model) {
        if (!(model.view() instanceof PictureEvaluationView view)) {
            throw new MmcrException("expected an encoder of pictures, found one of table rows, whose augmentation is"
                    + " not known; give its run");
        }
        List<ViewRecipe> recipes = PretrainConfig.defaults().view().at(1).stream()
                .map(PictureViewRecipe.class::cast)
                .<ViewRecipe>map(recipe -> recipe.withSize(view.size()).withNormalisation(view.mean(), view.std()))
                .toList();
        return new ViewNetwork(model::apply, model.width(), recipes, model.precision());
    }
}

package org.mmcr.run;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;
import org.mmcr.MmcrException;
import org.mmcr.views.EvaluationView;
import org.mmcr.views.ViewRecipe;

/**
 * How views are made. View v of a datum follows recipe v modulo the number of recipes. The stages, when there are any,
 * replace the recipes' picture size while the run's progress is below each stage's end: small views early are cheap.
 */
public record ViewOptions(
        @JsonPropertyDescription(
                "view recipes: names (cifar, stl, imagenet-a, imagenet-b) or {base: cifar, minScale: 0.2}")
        List<ViewRecipe> recipes,

        @JsonPropertyDescription("view sizes by progress, for example [{until: 0.6, size: 24}, {until: 1, size: 32}]")
        List<SizeStage> sizes,

        @JsonPropertyDescription("side of the pictures that the trained encoder is shown, 0 for that of the last views")
        int evaluationSize) {

    /** Views of {@code size} pixels until {@code until} (share of the budget). */
    public record SizeStage(
            @JsonPropertyDescription("end of the stage, share of the budget")
            double until,

            @JsonPropertyDescription("side of the views in pixels")
            int size) {
        public SizeStage {
            Checks.fraction("view sizes until", until);
            Checks.positive("view sizes size", size);
        }
    }

    public ViewOptions {
        recipes = List.copyOf(recipes);
        sizes = List.copyOf(sizes);
        Checks.notNegative("view evaluationSize", evaluationSize);
        if (recipes.isEmpty()) {
            throw new MmcrException("expected at least one view recipe, found none; give view: {recipes: [cifar]}");
        }
        for (int i = 1; i < sizes.size(); i++) {
            Checks.require(
                    sizes.get(i).until() > sizes.get(i - 1).until(),
                    "view sizes until of stage " + (i + 1),
                    sizes.get(i).until(),
                    "a value above the stage before");
        }
        if (!sizes.isEmpty()) {
            double last = sizes.get(sizes.size() - 1).until();
            Checks.require(last == 1, "view sizes until of the last stage", last, "1");
        }
    }

    /** The recipes in force at a progress in 0..1. */
    public List<ViewRecipe> at(double progress) {
        for (SizeStage stage : sizes) {
            if (progress < stage.until() || stage.until() == 1) {
                return recipes.stream()
                        .map(recipe -> recipe.size() == stage.size() ? recipe : recipe.withSize(stage.size()))
                        .toList();
            }
        }
        return recipes;
    }

    /** How the trained encoder is shown a picture: the first recipe's normalisation, without chance. */
    public EvaluationView evaluation() {
        ViewRecipe last = at(1).get(0);
        return EvaluationView.of(evaluationSize > 0 ? last.withSize(evaluationSize) : last);
    }
}

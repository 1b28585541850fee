package org.mmcr.train.run;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;
import org.apiguardian.api.API;
import org.mmcr.core.MmcrException;
import org.mmcr.data.ColumnStatistics;
import org.mmcr.data.views.EvaluationView;
import org.mmcr.data.views.PictureEvaluationView;
import org.mmcr.data.views.PictureViewRecipe;
import org.mmcr.data.views.VectorEvaluationView;
import org.mmcr.data.views.VectorViewRecipe;
import org.mmcr.data.views.ViewRecipe;

/**
 * How views are made. View v of a sample follows recipe v modulo the number of recipes. The stages, when there are any,
 * replace the recipes' picture size while the run's progress is below each stage's end: small views early are cheap. The
 * recipes are all for pictures or all for vectors.
 */
@API(status = API.Status.STABLE)
public record ViewOptions(
        @JsonPropertyDescription(
                "view recipes: names (cifar, stl, imagenet-a, imagenet-b, vectors) or {base: cifar, minScale: 0.2}")
        List<ViewRecipe> recipes,

        @JsonPropertyDescription("view sizes by progress, for example [{until: 0.6, size: 24}, {until: 1, size: 32}]")
        List<SizeStage> sizes,

        @JsonPropertyDescription("side of the pictures that the trained encoder is shown, 0 for that of the last views")
        int evaluationSize,

        @JsonPropertyDescription("of tables: the columns and their statistics, filled in from the training data")
        ColumnStatistics columns) {

    /** Views of {@code size} pixels until {@code until} (share of the budget). */
    public record SizeStage(
            @JsonPropertyDescription("end of the stage, share of the budget")
            double until,

            @JsonPropertyDescription("side of the views in pixels")
            int size) {
        public SizeStage {
            ConfigChecks.fraction("view sizes until", until);
            ConfigChecks.positive("view sizes size", size);
        }
    }

    public ViewOptions {
        recipes = List.copyOf(recipes);
        sizes = List.copyOf(sizes);
        ConfigChecks.notNegative("view evaluationSize", evaluationSize);
        if (recipes.isEmpty()) {
            throw new MmcrException("expected at least one view recipe, found none; give view: {recipes: [cifar]}");
        }
        requireOneKind(recipes, sizes.isEmpty() && evaluationSize == 0);
        for (int i = 1; i < sizes.size(); i++) {
            ConfigChecks.require(
                    sizes.get(i).until() > sizes.get(i - 1).until(),
                    "view sizes until of stage " + (i + 1),
                    sizes.get(i).until(),
                    "a value above the stage before");
        }
        if (!sizes.isEmpty()) {
            double last = sizes.get(sizes.size() - 1).until();
            ConfigChecks.require(last == 1, "view sizes until of the last stage", last, "1");
        }
    }

    private static void requireOneKind(List<ViewRecipe> recipes, boolean sizeless) {
        long vectors =
                recipes.stream().filter(VectorViewRecipe.class::isInstance).count();
        if (vectors > 0 && vectors < recipes.size()) {
            throw new MmcrException("expected view recipes for one kind of data, found some for pictures and some for"
                    + " vectors; keep one kind");
        }
        if (vectors > 0 && !sizeless) {
            throw new MmcrException(
                    "expected no view sizes and no evaluationSize for vectors, found some; the columns of the"
                            + " table are the size");
        }
    }

    /** Whether these views are of the rows of a table. */
    public boolean ofVectors() {
        return recipes.get(0) instanceof VectorViewRecipe;
    }

    ViewOptions withColumns(ColumnStatistics known) {
        return new ViewOptions(recipes, sizes, evaluationSize, known);
    }

    /** The recipes in force at a progress in 0..1. */
    public List<ViewRecipe> at(double progress) {
        if (ofVectors()) {
            return recipes.stream()
                    .<ViewRecipe>map(recipe -> ((VectorViewRecipe) recipe).on(columns))
                    .toList();
        }
        for (SizeStage stage : sizes) {
            if (progress < stage.until() || stage.until() == 1) {
                return recipes.stream()
                        .<ViewRecipe>map(recipe -> ((PictureViewRecipe) recipe).withSize(stage.size()))
                        .toList();
            }
        }
        return recipes;
    }

    /** How the trained encoder is shown a sample: the first recipe's normalisation, without chance. */
    public EvaluationView evaluation() {
        if (!(at(1).get(0) instanceof PictureViewRecipe last)) {
            return new VectorEvaluationView(columns);
        }
        return PictureEvaluationView.of(evaluationSize > 0 ? last.withSize(evaluationSize) : last);
    }
}

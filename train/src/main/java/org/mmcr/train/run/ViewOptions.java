package org.mmcr.train.run;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
 * The augmentation of a run. View v of a sample follows recipe v modulo the number of recipes. Each size stage
 * replaces the recipes' picture size until the run's progress reaches its end: small views early are cheap. The
 * recipes are all for pictures or all for vectors.
 */
@API(status = API.Status.STABLE)
public record ViewOptions(
        @JsonPropertyDescription(
                "view recipes: names (cifar, stl, imagenet-a, imagenet-b, vectors) or {base: cifar, minScale: 0.2}")
        List<ViewRecipe> recipes,

        @JsonPropertyDescription("view sizes by progress, for example [{until: 0.6, size: 24}, {until: 1, size: 32}]")
        List<SizeStage> sizes,

        @JsonPropertyDescription("side of the pictures in evaluation, in pixels; 0: that of the last views")
        int evaluationSize,

        @JsonPropertyDescription("columns of a table and their statistics, measured on the training data")
        ColumnStatistics columns) {

    /** Views of {@code size} pixels until the fraction {@code until} of the budget is used. */
    public record SizeStage(
            @JsonPropertyDescription("end of the stage, as a fraction of the budget")
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

    /** Views by these recipes, each of the recipe's own size. */
    public static ViewOptions of(List<ViewRecipe> recipes) {
        return new ViewOptions(recipes, List.of(), 0, ColumnStatistics.unknown());
    }

    /**
     * Returns the augmentation of pictures or rows for an encoder that has none of its own.
     *
     * @param view preparation of the encoder's input, whose size and normalisation the views get
     * @param name {@code cifar}, {@code stl}, {@code imagenet-a} or {@code imagenet-b} for pictures; if empty, that of
     *     the size, or for rows the standard one
     * @throws MmcrException if there is no such recipe for the kind of input
     */
    public static List<ViewRecipe> recipesFor(EvaluationView view, Optional<String> name) {
        if (view instanceof PictureEvaluationView pictures) {
            ViewRecipe recipe = name.map(ConfigFiles::viewRecipe)
                    .orElseGet(() -> Optional.of(PictureViewRecipe.usual(pictures)))
                    .filter(PictureViewRecipe.class::isInstance)
                    .orElseThrow(() -> new MmcrException(
                            "expected an augmentation of pictures, cifar, stl, imagenet-a or imagenet-b, found '"
                                    + name.orElse("") + "'"));
            return List.of(((PictureViewRecipe) recipe).like(pictures));
        }
        if (view instanceof VectorEvaluationView vectors && name.isEmpty()) {
            return List.of(VectorViewRecipe.standard().on(vectors.columns()));
        }
        throw new MmcrException("expected no choice of augmentation for the rows of a table, found '" + name.orElse("")
                + "'; leave it out");
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

    /** Whether the views are of table rows. */
    public boolean ofVectors() {
        return recipes.get(0) instanceof VectorViewRecipe;
    }

    ViewOptions withColumns(ColumnStatistics known) {
        return new ViewOptions(recipes, sizes, evaluationSize, known);
    }

    /**
     * The same augmentation for pictures of another size: evaluation sees {@code size} x {@code size} pixels, and the
     * views of every stage keep their proportion to it.
     *
     * @throws MmcrException for vectors, or a size below 1
     */
    public ViewOptions withSize(int size) {
        ConfigChecks.positive("view size", size);
        if (!(at(1).get(0) instanceof PictureViewRecipe last)) {
            throw new MmcrException("expected no size for vectors, found " + size + "; leave it out");
        }
        double scale = size / (double) (evaluationSize > 0 ? evaluationSize : last.size());
        List<SizeStage> stages = (sizes.isEmpty() ? List.of(new SizeStage(1, last.size())) : sizes)
                .stream()
                        .map(stage -> new SizeStage(stage.until(), Math.max(1, (int) Math.round(scale * stage.size()))))
                        .toList();
        return new ViewOptions(recipes, stages, size, columns);
    }

    /**
     * The sizes of pictures in words, for example {@code views 24 x 24, features 32 x 32}.
     *
     * @throws MmcrException for vectors
     */
    public String sizeText() {
        if (!(evaluation() instanceof PictureEvaluationView view)) {
            throw new MmcrException("expected views of pictures, found views of vectors, which have no size");
        }
        String views = Stream.of(at(0), at(1))
                .map(stage -> ((PictureViewRecipe) stage.get(0)).size())
                .distinct()
                .map(size -> size + " x " + size)
                .collect(Collectors.joining(" to "));
        return "views " + views + ", features " + view.size() + " x " + view.size();
    }

    /** The recipes in force at a progress in 0..1. */
    public List<ViewRecipe> at(double progress) {
        OptionalInt size = sizes.stream()
                .filter(stage -> progress < stage.until() || stage.until() == 1)
                .mapToInt(SizeStage::size)
                .findFirst();
        return recipes.stream().map(recipe -> fitted(recipe, size)).toList();
    }

    private ViewRecipe fitted(ViewRecipe recipe, OptionalInt size) {
        if (recipe instanceof VectorViewRecipe vectors) {
            return vectors.on(columns);
        }
        return recipe instanceof PictureViewRecipe pictures && size.isPresent()
                ? pictures.withSize(size.getAsInt())
                : recipe;
    }

    /** The preparation of a sample for evaluation: the first recipe's normalisation, without randomness. */
    public EvaluationView evaluation() {
        if (!(at(1).get(0) instanceof PictureViewRecipe last)) {
            return new VectorEvaluationView(columns);
        }
        return PictureEvaluationView.of(evaluationSize > 0 ? last.withSize(evaluationSize) : last);
    }
}

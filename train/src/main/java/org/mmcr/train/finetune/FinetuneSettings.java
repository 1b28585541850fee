package org.mmcr.train.finetune;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.mmcr.core.MmcrException;
import org.mmcr.data.ColumnStatistics;
import org.mmcr.data.DataOptions;
import org.mmcr.data.DataSource;
import org.mmcr.data.io.Json;
import org.mmcr.data.views.EvaluationView;
import org.mmcr.data.views.PictureEvaluationView;
import org.mmcr.data.views.PictureViewRecipe;
import org.mmcr.data.views.VectorEvaluationView;
import org.mmcr.data.views.VectorViewRecipe;
import org.mmcr.data.views.ViewRecipe;
import org.mmcr.train.encoder.AdapterSpec;
import org.mmcr.train.encoder.EncoderSpec;
import org.mmcr.train.encoder.ProjectorSpec;
import org.mmcr.train.evaluate.EvaluationData;
import org.mmcr.train.run.ModelOptions;
import org.mmcr.train.run.PretrainConfig;
import org.mmcr.train.run.RunDirectory;
import org.mmcr.train.run.ViewOptions;

/**
 * What determines the numbers of a fine-tuning.
 *
 * @param source run or file of the learned weights
 * @param weights fingerprint of the learned weights
 * @param recipeName name or file of the recipe
 * @param recipe resolved
 * @param labels number of labels as text, or the file that has them
 * @param budget labels of a draw
 * @param draws at least 1
 * @param tuningTrials 0 to {@link Finetuning#TRIALS}
 * @param classes names of the classes
 * @param train fingerprint of the training data with its labels
 * @param test fingerprint of the test data
 */
public record FinetuneSettings(
        String source,
        String weights,
        String recipeName,
        FinetuneRecipe recipe,
        String labels,
        LabelBudget budget,
        int draws,
        int tuningTrials,
        List<String> classes,
        String train,
        String test) {
    private static final String FILE = "settings.json";

    public FinetuneSettings {
        classes = List.copyOf(classes);
        if (draws < 1 || tuningTrials < 0 || tuningTrials > Finetuning.TRIALS) {
            throw new MmcrException("expected at least one draw and 0 to " + Finetuning.TRIALS
                    + " tuning trials, found " + draws + " and " + tuningTrials + "; change --draws or --tune");
        }
    }

    /** Seed of the first draw. */
    public long seed() {
        return recipe.config().seed();
    }

    /** The recipe for a draw, with factors of the learning rates of encoder and classifier. */
    FinetuneRecipe recipe(int draw, double encoder, double head) {
        double rate = recipe.config().optimizer().learningRate() * encoder;
        PretrainConfig config = recipe.config()
                .with("seed", String.valueOf(seed() + draw - 1))
                .with("optimizer.learningRate", String.valueOf(rate));
        return new FinetuneRecipe(config, recipe.headLearningRate() * head, recipe.head(), recipe.patience());
    }

    /**
     * Returns the classes of the training data that have a sample, in their order.
     *
     * @throws MmcrException if there are fewer than two
     */
    public static List<String> classes(EvaluationData data) {
        DataSource train = data.train();
        Set<Integer> present = new LinkedHashSet<>(IntStream.range(0, train.size())
                .mapToObj(sample -> train.label(sample).orElseThrow())
                .toList());
        List<String> names = IntStream.range(0, train.classNames().size())
                .filter(present::contains)
                .mapToObj(train.classNames()::get)
                .toList();
        if (names.size() < 2) {
            throw new MmcrException("expected at least two classes to tell apart, found " + names + " in "
                    + train.location() + "; add samples of another class");
        }
        return names;
    }

    /**
     * Returns the configuration that a recipe changes: that of the learned run, or the defaults, with a classifier in
     * place of the projector and cross-entropy as its objective.
     *
     * @param run configuration of the run with the learned weights, if there is one
     * @param classes number of classes
     * @param freeze patterns of the blocks that are not trained
     */
    public static PretrainConfig base(
            Optional<PretrainConfig> run, EncoderSpec encoder, int classes, List<String> freeze) {
        ProjectorSpec classifier = ProjectorSpec.classifier(classes);
        return run.orElseGet(PretrainConfig::defaults)
                .withModel(new ModelOptions(encoder, classifier, Optional.empty(), freeze, AdapterSpec.none()))
                .with("objective", "{type: cross-entropy, labelSmoothing: 0}")
                .with("views", "1")
                .with("accumulate", "1")
                .with("clip", "0")
                .with("ema", "{decay: 0, evaluate: true, target: false}")
                .with("monitor.steps", "0")
                .with("quality.steps", "0")
                .with("checkpoint", "{minutes: 2, steps: 0, keep: 1}");
    }

    /**
     * Checks that a configuration has the network, weights, objective and data of {@link #base}, and no views that
     * {@link #viewed} replaces by others. The data's threads and cache are not compared.
     *
     * @param config before it is {@link #viewed}
     * @param input of the encoder
     * @throws MmcrException if a recipe or an option states others
     */
    public static void requireClassifier(PretrainConfig config, PretrainConfig base, EvaluationView input) {
        Map<String, Boolean> changes = new LinkedHashMap<>();
        changes.put(
                "model.encoder", !config.model().encoder().equals(base.model().encoder()));
        changes.put(
                "model.projector",
                !config.model().projector().equals(base.model().projector()));
        changes.put("model.init", config.model().init().isPresent());
        changes.put("objective", !config.objective().equals(base.objective()));
        changes.put("views", config.views() != base.views());
        changes.put("ema", config.ema().enabled());
        changes.put("monitor", config.monitor().steps() > 0);
        changes.put("data", !uncached(config.data()).equals(uncached(base.data())));
        if (!isViewed(config, input)) {
            changes.putAll(viewChanges(config.view(), base.view()));
        }
        changes.forEach((key, changed) -> {
            if (changed) {
                throw new MmcrException("expected the network, weights, objective, views and data that finetune sets"
                        + " itself, found " + key + " changed by the recipe or --set; remove it there");
            }
        });
    }

    /** The options that decide which samples and labels are read. */
    private static DataOptions uncached(DataOptions data) {
        return new DataOptions(data.strict(), 0, 1, Optional.empty(), data.table(), data.keep(), data.relabel());
    }

    /** Whether the views are those that {@link #viewed} sets, as in the configuration of an earlier fine-tuning. */
    private static boolean isViewed(PretrainConfig config, EvaluationView input) {
        boolean rows = input instanceof VectorEvaluationView;
        return config.view().ofVectors() == rows
                && config.view().equals(viewed(config, input).view());
    }

    private static Map<String, Boolean> viewChanges(ViewOptions stated, ViewOptions usual) {
        Map<String, Boolean> changes = new LinkedHashMap<>();
        // A recipe that states view.recipes resets both sizes.
        changes.put("view.sizes", !stated.sizes().isEmpty() && !stated.sizes().equals(usual.sizes()));
        changes.put(
                "view.evaluationSize",
                stated.evaluationSize() > 0 && stated.evaluationSize() != usual.evaluationSize());
        changes.put("view", stated.ofVectors() && !stated.equals(usual));
        return changes;
    }

    /**
     * Returns a configuration whose views have the size and normalisation of an encoder's input; for the rows of a
     * table, whose recipe is not one of pictures, little noise and few masked columns.
     */
    public static PretrainConfig viewed(PretrainConfig config, EvaluationView view) {
        if (view instanceof VectorEvaluationView vectors) {
            ViewRecipe mild = new VectorViewRecipe(
                    0.05, 0.1, VectorViewRecipe.MaskWith.ROW, 0.05, 0, 1, ColumnStatistics.unknown());
            return config.withView(new ViewOptions(List.of(mild), List.of(), 0, vectors.columns()));
        }
        PictureEvaluationView pictures = (PictureEvaluationView) view;
        List<ViewRecipe> recipes = config.view().recipes().stream()
                .map(recipe -> recipe instanceof PictureViewRecipe one ? (ViewRecipe) one.like(pictures) : recipe)
                .toList();
        return config.withView(new ViewOptions(recipes, List.of(), pictures.size(), ColumnStatistics.unknown()));
    }

    /**
     * Writes the settings into a new folder, or checks that they are those of the folder.
     *
     * @throws MmcrException if they are others, or the folder is the run of another command
     */
    void claim(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        Claim mine = new Claim(
                weights,
                recipe.config().toYaml(),
                recipe.headLearningRate(),
                recipe.head().name(),
                recipe.patience(),
                budget.toString(),
                draws,
                tuningTrials,
                train,
                test);
        if (!Files.exists(file)) {
            if (RunDirectory.isRun(folder)) {
                throw new MmcrException("expected a new folder, or one of a fine-tuning, found a run in " + folder
                        + "; choose another --out");
            }
            Files.createDirectories(folder);
            Json.write(file, mine);
            return;
        }
        if (!Json.read(file, Claim.class).equals(mine)) {
            throw new MmcrException("expected the settings with which the fine-tuning in " + folder
                    + " was started (settings.json), found others; repeat the first command to continue it, or give"
                    + " another folder");
        }
    }

    /** The settings as {@code settings.json} has them. */
    private record Claim(
            String weights,
            String config,
            double headLearningRate,
            String head,
            int patience,
            String labels,
            int draws,
            int tuningTrials,
            String train,
            String test) {}
}

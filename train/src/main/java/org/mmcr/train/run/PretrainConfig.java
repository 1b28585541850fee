package org.mmcr.train.run;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apiguardian.api.API;
import org.mmcr.core.MmcrException;
import org.mmcr.data.ColumnStatistics;
import org.mmcr.data.DataOptions;
import org.mmcr.data.DataSource;
import org.mmcr.data.PairedSource;
import org.mmcr.data.VectorSource;
import org.mmcr.data.io.FileFailure;
import org.mmcr.data.io.Yaml;
import org.mmcr.data.views.ModalityViewRecipe;
import org.mmcr.data.views.VectorViewRecipe;
import org.mmcr.data.views.ViewRecipe;
import org.mmcr.objective.Objective;
import org.mmcr.train.encoder.Precision;
import org.mmcr.train.encoder.TowersSpec;
import org.mmcr.train.optim.OptimizerSpec;

/**
 * Everything that determines what a training run computes. The {@link #defaults() defaults} are the default recipe;
 * another recipe, a YAML file and the command line state what differs from it. The resolved configuration is written
 * into the run's folder and into every checkpoint.
 */
@API(status = API.Status.STABLE)
public record PretrainConfig(
        @JsonPropertyDescription("seed of every random draw: weights, order of the data, views")
        long seed,

        @JsonPropertyDescription("length of the training: {minutes: 20}, {epochs: 500} or {steps: 10000}")
        Budget budget,

        @JsonPropertyDescription("samples (pictures or rows) in a batch, over all processes")
        int batch,

        @JsonPropertyDescription(
                "batches in a step: the loss sees batch x accumulate samples exactly, in the memory of one batch")
        int accumulate,

        @JsonPropertyDescription("views of each sample, K of the loss")
        int views,

        @JsonPropertyDescription("augmentation") ViewOptions view,
        @JsonPropertyDescription("network") ModelOptions model,

        @JsonPropertyDescription("objective and its settings")
        ObjectiveSpec objective,

        @JsonPropertyDescription("optimiser") OptimizerSpec optimizer,
        @JsonPropertyDescription("learning rate schedule") Schedule schedule,

        @JsonPropertyDescription("largest norm of the gradient; 0: no clipping")
        double clip,

        @JsonPropertyDescription("exponential moving average of the weights")
        EmaOptions ema,

        @JsonPropertyDescription(
                "number format of convolutions and matrix products (auto: the faster one on this processor)")
        Precision precision,

        @JsonPropertyDescription("threads of tensor operations; 0: chosen by the machine")
        int threads,

        @JsonPropertyDescription("threads of augmentation; 0: chosen by the machine")
        int loaderThreads,

        @JsonPropertyDescription("prefetched batches") int prefetch,

        @JsonPropertyDescription("reading and caching of the data")
        DataOptions data,

        @JsonPropertyDescription("when a checkpoint is written")
        CheckpointOptions checkpoint,

        @JsonPropertyDescription("kNN accuracy while training, for labelled data")
        MonitorOptions monitor,

        @JsonPropertyDescription("quality without labels while training")
        QualityMonitorOptions quality,

        @JsonPropertyDescription("settings of a run on several processes")
        DistributedOptions distributed) {

    public PretrainConfig {
        ConfigChecks.positive("batch", batch);
        ConfigChecks.positive("accumulate", accumulate);
        double pictures = (double) batch * accumulate;
        ConfigChecks.require(pictures <= Integer.MAX_VALUE, "batch times accumulate", pictures, "at most 2147483647");
        ConfigChecks.positive("views", views);
        ConfigChecks.notNegative("clip", clip);
        ConfigChecks.notNegative("threads", threads);
        ConfigChecks.notNegative("loaderThreads", loaderThreads);
        ConfigChecks.positive("prefetch", prefetch);
    }

    /** The default recipe, which states every default. */
    public static PretrainConfig defaults() {
        return ConfigFiles.readWhole("recipe " + Recipes.DEFAULT, Recipes.text(Recipes.DEFAULT));
    }

    /**
     * Reads a YAML file that states what differs from the defaults.
     *
     * @throws MmcrException if the file cannot be read, or holds an unknown key (the message names the nearest known
     *     one, and the line) or a wrong value
     */
    public static PretrainConfig read(Path file) {
        return ConfigFiles.read(defaults(), file.toString(), text(file));
    }

    /**
     * Reads the configuration of a run, which states every key; a file that was emptied or cut short does not become
     * the defaults.
     *
     * @throws MmcrException as {@link #read(Path)} does, and if a key is missing
     */
    static PretrainConfig readWhole(Path file) {
        return ConfigFiles.readWhole(file.toString(), text(file));
    }

    /**
     * This configuration with what a YAML text states.
     *
     * @param origin name of the text in messages
     * @throws MmcrException as {@link #read(Path)} does
     */
    public PretrainConfig changedBy(String origin, String yaml) {
        return ConfigFiles.read(this, origin, yaml);
    }

    /**
     * The same for a text with further keys, which are ignored.
     *
     * @param others keys on the top level of the text that its reader takes for itself
     * @throws MmcrException as {@link #read(Path)} does
     */
    public PretrainConfig changedBy(String origin, String yaml, Set<String> others) {
        return ConfigFiles.read(this, origin, yaml, others);
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw FileFailure.exception("a readable YAML file at " + file, e, "check the path");
        }
    }

    /** This configuration with one value replaced, for example {@code with("model.encoder.type", "resnet18")}. */
    public PretrainConfig with(String dottedKey, String yamlValue) {
        String[] keys = dottedKey.split("\\.", -1);
        StringBuilder text = new StringBuilder();
        for (String key : keys) {
            text.append('{').append(key).append(": ");
        }
        text.append(yamlValue).append("}".repeat(keys.length));
        return ConfigFiles.read(this, "option " + dottedKey, text.toString());
    }

    /** The same configuration with another budget. */
    public PretrainConfig withBudget(Budget other) {
        return with(other, view, model, data);
    }

    /** The same configuration with other augmentation. */
    public PretrainConfig withView(ViewOptions other) {
        return with(budget, other, model, data);
    }

    /** The same configuration with another network. */
    public PretrainConfig withModel(ModelOptions other) {
        return with(budget, view, other, data);
    }

    /** The same configuration with other reading of the data. */
    public PretrainConfig withData(DataOptions other) {
        return with(budget, view, model, other);
    }

    /**
     * This configuration with the values that only the data determine: for a table, the columns with their statistics
     * and the inputs of the network; for paired data, the modalities as well.
     *
     * @throws MmcrException if views or network are for another kind of data, or for other columns, or the objective
     *     cannot use the views or the momentum embeddings
     */
    public PretrainConfig fittedTo(DataSource source) {
        ConfigFit.requireObjective(this);
        return fittedToLabelled(source);
    }

    /** The same for training with labels, whose objective is none of pretraining. */
    PretrainConfig fittedToLabelled(DataSource source) {
        if (source instanceof PairedSource pairs) {
            ColumnStatistics columns = view.columns().isKnown() ? view.columns() : ColumnStatistics.of(pairs);
            return with(budget, view.withColumns(columns), ConfigFit.ofPairs(this, columns, pairs), data);
        }
        if (source instanceof VectorSource vectors) {
            ColumnStatistics columns = view.columns().isKnown() ? view.columns() : ColumnStatistics.of(vectors);
            return with(budget, view.withColumns(columns), ConfigFit.of(this, columns, vectors), data);
        }
        ConfigFit.requirePictures(this, source);
        return this;
    }

    private PretrainConfig with(
            Budget otherBudget, ViewOptions otherView, ModelOptions otherModel, DataOptions otherData) {
        return new PretrainConfig(
                seed,
                otherBudget,
                batch,
                accumulate,
                views,
                otherView,
                otherModel,
                objective,
                optimizer,
                schedule,
                clip,
                ema,
                precision,
                threads,
                loaderThreads,
                prefetch,
                otherData,
                checkpoint,
                monitor,
                quality,
                distributed);
    }

    /**
     * The objective for these data. If samples of paired data lack a modality, a row of zeros is a missing view.
     *
     * @throws MmcrException if the objective needs every modality and one is missing
     */
    public Objective objectiveFor(DataSource source) {
        Objective built = objective.build();
        return source instanceof PairedSource pairs && !pairs.isComplete() ? built.withMissingViews() : built;
    }

    /**
     * The augmentation of paired data, one recipe for each modality: view v shows modality v modulo their number. None
     * for other data.
     */
    List<ViewRecipe> modalityRecipes() {
        if (!(model.encoder() instanceof TowersSpec towers)) {
            return List.of();
        }
        List<ViewRecipe> recipes = new ArrayList<>();
        for (int m = 0; m < towers.modalities().size(); m++) {
            VectorViewRecipe recipe =
                    (VectorViewRecipe) view.recipes().get(m % view.recipes().size());
            int first = towers.first(m);
            ColumnStatistics own =
                    view.columns().range(first, towers.modalities().get(m).columns());
            recipes.add(new ModalityViewRecipe(
                    recipe.on(own), m, first, view.columns().count()));
        }
        return List.copyOf(recipes);
    }

    /** Number of samples in a step, N of the loss. */
    public int stepPictures() {
        return batch * accumulate;
    }

    /** The whole configuration as YAML, with every key. */
    public String toYaml() {
        return Yaml.text(this);
    }
}

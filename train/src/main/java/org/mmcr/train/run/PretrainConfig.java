package org.mmcr.train.run;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;
import org.mmcr.core.MmcrException;
import org.mmcr.data.ColumnStatistics;
import org.mmcr.data.DataOptions;
import org.mmcr.data.DataSource;
import org.mmcr.data.VectorSource;
import org.mmcr.data.views.PictureViewRecipe;
import org.mmcr.train.encoder.Precision;
import org.mmcr.train.encoder.ProjectorSpec;
import org.mmcr.train.encoder.SmallConvNetSpec;
import org.mmcr.train.optim.MuonSpec;
import org.mmcr.train.optim.OptimizerSpec;

/**
 * Everything that decides what a training run computes. {@link #defaults()} is the only place that holds a default; a
 * recipe, a YAML file and the command line each say what differs. The resolved configuration is written into the run's
 * folder and into every checkpoint.
 */
@API(status = API.Status.STABLE)
public record PretrainConfig(
        @JsonPropertyDescription("seed of the weights, the order of the data and the views")
        long seed,

        @JsonPropertyDescription("how long to train: {minutes: 20}, {epochs: 500} or {steps: 10000}")
        Budget budget,

        @JsonPropertyDescription("pictures or rows that pass through the network at once, over all processes")
        int batch,

        @JsonPropertyDescription(
                "such batches in a step: the loss sees N = batch x accumulate of them, memory one batch")
        int accumulate,

        @JsonPropertyDescription("views of each of them, K of the loss")
        int views,

        @JsonPropertyDescription("how views are made") ViewOptions view,
        @JsonPropertyDescription("the network") ModelOptions model,
        @JsonPropertyDescription("the objective, by type: mmcr")
        ObjectiveSpec objective,

        @JsonPropertyDescription("the optimiser, by type: adam, adamw, sgd, lars or muon")
        OptimizerSpec optimizer,

        @JsonPropertyDescription("the course of the learning rate")
        Schedule schedule,

        @JsonPropertyDescription("largest norm of the whole gradient, 0 for no clipping")
        double clip,

        @JsonPropertyDescription("moving average of the weights")
        EmaOptions ema,

        @JsonPropertyDescription("auto, fp32 or bf16; auto takes bf16 where the CPU computes in it")
        Precision precision,

        @JsonPropertyDescription("threads of tensor operations, 0 to choose by the machine")
        int threads,

        @JsonPropertyDescription("threads that make views, 0 to choose by the machine")
        int loaderThreads,

        @JsonPropertyDescription("batches of views made ahead")
        int prefetch,

        @JsonPropertyDescription("how data are read and cached")
        DataOptions data,

        @JsonPropertyDescription("when the run saves itself")
        CheckpointOptions checkpoint,

        @JsonPropertyDescription("nearest-neighbour accuracy while training, for labelled data")
        MonitorOptions monitor,

        @JsonPropertyDescription("what only a run of several processes needs")
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

    /** The values in force where nothing else is said. */
    public static PretrainConfig defaults() {
        return new PretrainConfig(
                0,
                Budget.ofMinutes(20),
                256,
                1,
                4,
                new ViewOptions(List.of(PictureViewRecipe.cifar()), List.of(), 0, ColumnStatistics.unknown()),
                new ModelOptions(SmallConvNetSpec.standard(), new ProjectorSpec(List.of(512, 128)), Optional.empty()),
                new MmcrSpec(0),
                MuonSpec.of(0.02, 2e-3),
                Schedule.defaults(),
                0,
                EmaOptions.none(),
                Precision.AUTO,
                0,
                0,
                3,
                DataOptions.defaults(),
                CheckpointOptions.defaults(),
                MonitorOptions.defaults(),
                DistributedOptions.defaults());
    }

    /**
     * Reads a YAML file over the defaults.
     *
     * @throws MmcrException if the file cannot be read, or holds an unknown key (the message names the nearest known
     *     one, and the line) or a wrong value
     */
    public static PretrainConfig read(Path file) {
        try {
            return ConfigFiles.read(defaults(), file.toString(), Files.readString(file));
        } catch (IOException e) {
            throw new MmcrException("expected a readable YAML file, found " + e + "; check the path", e);
        }
    }

    /** This configuration with one value replaced, as a command-line option does: {@code with("model.encoder.width", "32")}. */
    public PretrainConfig with(String dottedKey, String yamlValue) {
        String[] keys = dottedKey.split("\\.", -1);
        StringBuilder text = new StringBuilder();
        for (String key : keys) {
            text.append('{').append(key).append(": ");
        }
        text.append(yamlValue).append("}".repeat(keys.length));
        return ConfigFiles.read(this, "option " + dottedKey, text.toString());
    }

    /** The same with another budget. */
    public PretrainConfig withBudget(Budget other) {
        return with(other, view, model);
    }

    /**
     * This configuration with what only the data can say filled in: of a table, the columns with their statistics and the
     * inputs of the network.
     *
     * @throws MmcrException if views or network are for another kind of data, or for other columns
     */
    public PretrainConfig fittedTo(DataSource data) {
        if (data instanceof VectorSource vectors) {
            ColumnStatistics columns = view.columns().isKnown() ? view.columns() : ColumnStatistics.of(vectors);
            return with(budget, view.withColumns(columns), ConfigFit.of(this, columns, vectors));
        }
        ConfigFit.requirePictures(this, data);
        return this;
    }

    private PretrainConfig with(Budget otherBudget, ViewOptions otherView, ModelOptions otherModel) {
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
                data,
                checkpoint,
                monitor,
                distributed);
    }

    /** Pictures in a step: N of the loss. */
    public int stepPictures() {
        return batch * accumulate;
    }

    /** The whole configuration as YAML, every knob written out. */
    public String toYaml() {
        return ConfigFiles.write(this);
    }
}

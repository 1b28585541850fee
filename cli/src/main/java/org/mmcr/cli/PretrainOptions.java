package org.mmcr.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.mmcr.core.MmcrException;
import org.mmcr.data.DataOptions;
import org.mmcr.data.io.Json;
import org.mmcr.train.encoder.SmallConvNetSpec;
import org.mmcr.train.run.PretrainConfig;
import org.mmcr.train.run.Recipes;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * What the command line may change in a recipe. No option has a default of its own: what is not given stays as the recipe
 * says. The texts in {@code ${bundle:...}} are the default recipe's values (see {@link RecipeDefaults}).
 */
final class PretrainOptions {
    @Option(
            names = "--recipe",
            paramLabel = "NAME|FILE",
            description = "Built-in recipe (${bundle:recipes}) or a YAML file. Default: ${bundle:recipe}.")
    Optional<String> recipe = Optional.empty();

    @ArgGroup(exclusive = true)
    Length length = new Length();

    /** At most one way to say how long. */
    static final class Length {
        @Option(
                names = "--minutes",
                paramLabel = "M",
                description = "Train for M minutes; the schedule is fitted to it. Default: ${bundle:budget.minutes}.")
        Optional<Double> minutes = Optional.empty();

        @Option(names = "--epochs", paramLabel = "E", description = "Train for E passes over the data.")
        Optional<Long> epochs = Optional.empty();

        @Option(names = "--steps", paramLabel = "S", description = "Train for S steps.")
        Optional<Long> steps = Optional.empty();
    }

    @Option(
            names = "--batch",
            paramLabel = "N",
            description = "Pictures or rows in a batch, over all processes. Default: ${bundle:batch}.")
    Optional<Integer> batch = Optional.empty();

    @Option(
            names = "--accumulate",
            paramLabel = "A",
            description =
                    "Batches in a step: the loss sees A x N pictures exactly, in the memory of N. Default: ${bundle:accumulate}.")
    Optional<Integer> accumulate = Optional.empty();

    @Option(names = "--views", paramLabel = "K", description = "Views of each of them. Default: ${bundle:views}.")
    Optional<Integer> views = Optional.empty();

    @Option(
            names = "--views-recipe",
            paramLabel = "NAME|FILE",
            description =
                    "How views are made: cifar, stl, imagenet, vectors, or a YAML file with the fields of one view recipe.")
    Optional<String> viewsRecipe = Optional.empty();

    @Option(names = "--size", paramLabel = "PIXELS", description = "Side of the views.")
    Optional<Integer> size = Optional.empty();

    @Option(
            names = "--encoder",
            paramLabel = "TYPE",
            description = "resnet18, resnet34, resnet50, fast or mlp. Default: ${bundle:model.encoder.type}.")
    Optional<String> encoder = Optional.empty();

    @Option(
            names = "--init",
            paramLabel = "FILE",
            description =
                    "Start from the encoder in a safetensors file: torchvision's names, or written by mmcr export.")
    Optional<Path> init = Optional.empty();

    @Option(
            names = "--width",
            paramLabel = "W",
            description = "Channels of the encoder's first layer; the others follow. Default: ${bundle:width}.")
    Optional<Integer> width = Optional.empty();

    @Option(
            names = "--dimension",
            paramLabel = "D",
            description = "Dimension of the embeddings that the loss sees. Default: ${bundle:dimension}.")
    Optional<Integer> dimension = Optional.empty();

    @Option(
            names = "--optimizer",
            paramLabel = "TYPE",
            description = "adam, adamw, sgd, lars or muon. Default: ${bundle:optimizer.type}.")
    Optional<String> optimizer = Optional.empty();

    @Option(
            names = "--learning-rate",
            paramLabel = "RATE",
            description = "Base learning rate. Default: ${bundle:optimizer.learningRate}.")
    Optional<Double> learningRate = Optional.empty();

    @Option(
            names = "--local-weight",
            paramLabel = "L",
            description = "Weight of the local nuclear norm in the loss. Default: ${bundle:objective.localWeight}.")
    Optional<Double> localWeight = Optional.empty();

    @Option(
            names = "--clip",
            paramLabel = "NORM",
            description = "Largest norm of the gradient; 0: no clipping. Default: ${bundle:clip}.")
    Optional<Double> clip = Optional.empty();

    @Option(
            names = "--ema",
            paramLabel = "DECAY",
            description = "Evaluate an average of the weights; 0: no. Default: ${bundle:ema.decay}.")
    Optional<Double> ema = Optional.empty();

    @Option(names = "--precision", paramLabel = "P", description = "auto, fp32 or bf16. Default: ${bundle:precision}.")
    Optional<String> precision = Optional.empty();

    @Option(
            names = "--loader-threads",
            paramLabel = "T",
            description = "Threads that make views; 0: chosen by the machine. Default: ${bundle:loaderThreads}.")
    Optional<Integer> loaderThreads = Optional.empty();

    @Option(names = "--strict", description = "A picture that cannot be read is an error instead of being skipped.")
    boolean strict;

    @Option(
            names = "--cache",
            paramLabel = "FOLDER",
            description =
                    "Where the temporary file of decoded pictures is; without it they stay in memory while they fit.")
    Optional<Path> cache = Optional.empty();

    @Option(
            names = "--knn-every",
            paramLabel = "STEPS",
            description =
                    "Measure kNN accuracy on held-out labelled pictures while training; 0: never. Default: ${bundle:monitor.steps}.")
    Optional<Long> knnEvery = Optional.empty();

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Any other key of the recipe, for example --set schedule.shape=linear.")
    List<String> settings = new ArrayList<>();

    @Mixin
    final TableChoice table = new TableChoice();

    /** How the data are read: needed before it is known which recipe suits them. */
    DataOptions dataOptions(CommonOptions common, String fallbackRecipe) {
        PretrainConfig config = Recipes.load(recipe.orElse(fallbackRecipe));
        for (Change change : changes(common).toList()) {
            config = change.key().startsWith("data.") ? config.with(change.key(), change.value()) : config;
        }
        for (String setting : settings) {
            config = setting.startsWith("data.") ? set(config, setting) : config;
        }
        return config.data();
    }

    /** The recipe with everything that was given laid over it. */
    PretrainConfig resolve(CommonOptions common, String fallbackRecipe) {
        PretrainConfig config = Recipes.load(recipe.orElse(fallbackRecipe));
        for (Change change : changes(common).toList()) {
            config = config.with(change.key(), change.value());
        }
        if (width.isPresent()) {
            config = withWidth(config, width.get());
        }
        if (dimension.isPresent()) {
            config = withDimension(config, dimension.get());
        }
        for (String setting : settings) {
            config = set(config, setting);
        }
        return config;
    }

    /** True when something was given that a resumed run could not honour. */
    boolean isEmpty(CommonOptions common) {
        return recipe.isEmpty()
                && width.isEmpty()
                && dimension.isEmpty()
                && settings.isEmpty()
                && changes(common).findAny().isEmpty();
    }

    private record Change(String key, String value) {}

    private Stream<Change> changes(CommonOptions common) {
        return Stream.of(
                        change("seed", common.seed),
                        change("threads", common.threads),
                        change("budget", length.minutes.map(value -> "{minutes: " + value + "}")),
                        change("budget", length.epochs.map(value -> "{epochs: " + value + "}")),
                        change("budget", length.steps.map(value -> "{steps: " + value + "}")),
                        change("batch", batch),
                        change("accumulate", accumulate),
                        change("views", views),
                        change("view.recipes", viewsRecipe.map(PretrainOptions::viewRecipes)),
                        change("view.sizes", size.map(value -> "[{until: 1, size: " + value + "}]")),
                        change("model.encoder", encoder.map(value -> "{type: " + value + "}")),
                        change(
                                "model.init",
                                init.map(path -> Json.text(path.toAbsolutePath().toString()))),
                        change("optimizer", optimizer.map(value -> "{type: " + value + "}")),
                        change("optimizer.learningRate", learningRate),
                        change("objective.localWeight", localWeight),
                        change("clip", clip),
                        change("ema.decay", ema),
                        change("precision", precision),
                        change("loaderThreads", loaderThreads),
                        change("data.strict", strict ? Optional.of(true) : Optional.empty()),
                        change("data.cacheDirectory", cache.map(path -> Json.text(path.toString()))),
                        change("data.table.labelColumn", table.labelColumn.map(Json::text)),
                        change(
                                "data.table.skipColumns",
                                table.skipColumns.isEmpty()
                                        ? Optional.empty()
                                        : Optional.of(Json.text(table.skipColumns))),
                        change("data.table.missing", table.missing),
                        change("monitor.steps", knnEvery))
                .flatMap(Optional::stream);
    }

    private static Optional<Change> change(String key, Optional<?> value) {
        return value.map(given -> new Change(key, given.toString()));
    }

    /** The view recipes that a name or a YAML file stands for, as YAML. */
    static String viewRecipes(String nameOrFile) {
        if (nameOrFile.equals("imagenet")) {
            return "[imagenet-a, imagenet-b]";
        }
        Path file = Path.of(nameOrFile);
        if (!Files.isRegularFile(file)) {
            return "[" + nameOrFile + "]";
        }
        try {
            return Json.text(List.of(Yaml.tree(Files.readString(file))));
        } catch (IOException e) {
            throw new MmcrException(
                    "expected a YAML file with the fields of a view recipe, found " + e.getMessage() + " in " + file
                            + "; correct the path or the file",
                    e);
        }
    }

    /** A ResNet has one width; the fast encoder's stages keep their proportions to its stem. */
    private static PretrainConfig withWidth(PretrainConfig config, int width) {
        if (config.model().encoder() instanceof SmallConvNetSpec fast) {
            List<Long> widths = fast.widths().stream()
                    .map(channels -> Math.max(1, Math.round((double) channels * width / fast.stemWidth())))
                    .toList();
            return config.with("model.encoder", "{stemWidth: " + width + ", widths: " + widths + "}");
        }
        return config.with("model.encoder.width", String.valueOf(width));
    }

    private static PretrainConfig withDimension(PretrainConfig config, int dimension) {
        List<Integer> widths = new ArrayList<>(config.model().projector().widths());
        if (widths.isEmpty()) {
            throw new MmcrException(
                    "expected a recipe with a projector for --dimension, found none; give its widths in the recipe");
        }
        widths.set(widths.size() - 1, dimension);
        return config.with("model.projector.widths", widths.toString());
    }

    private static PretrainConfig set(PretrainConfig config, String setting) {
        int equals = setting.indexOf('=');
        if (equals < 1) {
            throw new MmcrException(
                    "expected --set KEY=VALUE, found '" + setting + "'; for example --set schedule.shape=linear");
        }
        return config.with(setting.substring(0, equals), setting.substring(equals + 1));
    }
}

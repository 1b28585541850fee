package org.mmcr.cli;

import java.lang.invoke.MethodType;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.mmcr.data.io.Json;
import org.mmcr.train.encoder.Architectures;
import org.mmcr.train.encoder.EncoderWeights;
import org.mmcr.train.encoder.NetworkChoice;
import org.mmcr.train.run.ConfigKey;
import org.mmcr.train.run.ModelOptions;
import org.mmcr.train.run.PretrainConfig;
import picocli.CommandLine.Model.OptionSpec;

/**
 * An option that changes a key of the configuration. The key gives it its type, help and default.
 *
 * @param change returns the configuration that results from the option's value
 */
record ConfigOption(ConfigKey key, OptionSpec option, BiFunction<PretrainConfig, Object, PretrainConfig> change) {
    private static final PretrainConfig DEFAULTS = PretrainConfig.defaults();

    /** New options of the budget; at most one of them is given. */
    static List<ConfigOption> lengths() {
        return List.of(
                of("--minutes", "M", "budget.minutes"),
                of("--epochs", "E", "budget.epochs"),
                of("--steps", "S", "budget.steps"));
    }

    /** New options of all other keys, in the order of the help. */
    static List<ConfigOption> settings() {
        return Stream.of(ofViews(), ofNetwork(), ofTraining(), ofData())
                .flatMap(List::stream)
                .toList();
    }

    private static List<ConfigOption> ofViews() {
        return List.of(
                of("--batch", "N", "batch"),
                of("--accumulate", "A", "accumulate"),
                of("--views", "K", "views"),
                of(
                        "--views-recipe",
                        "NAME|FILE",
                        described(
                                "view.recipes",
                                String.class,
                                "augmentation: cifar, stl, imagenet, vectors, or a YAML file with the fields of a view"
                                        + " recipe"),
                        (config, value) -> config.with("view.recipes", PretrainOptions.viewRecipes((String) value))),
                of(
                        "--size",
                        "PIXELS",
                        described(
                                "view.sizes",
                                int.class,
                                "side of the pictures that features are computed of; views keep the recipe's"
                                        + " proportion to it"),
                        (config, value) -> config.withView(config.view().withSize((int) value))));
    }

    private static List<ConfigOption> ofNetwork() {
        return List.of(
                of("--encoder", "TYPE", "model.encoder.type"),
                ofFile("--init", "FILE", "model.init"),
                of(
                        "--arch",
                        "NAME",
                        described(
                                "model.encoder",
                                String.class,
                                "the encoder is a network of torchvision, timm, transformers or open_clip by its"
                                        + " public name, such as vit_small_patch14_dinov2; with --init in the form that"
                                        + " FILE has"),
                        (config, value) -> config.withModel(named(config.model(), (String) value))),
                of(
                        "--freeze",
                        "PATTERNS",
                        described(
                                "model.freeze",
                                String.class,
                                "blocks that are not trained, for example stem,stage1,block[1-6] or encoder; *, ? and"
                                        + " [..] match"),
                        (config, value) -> config.with("model.freeze", patterns((String) value))),
                of(
                        "--adapt",
                        "rank=R[,...]",
                        described("model.adapt", String.class, PretrainOptions.ADAPT),
                        (config, value) -> config.with("model.adapt", PretrainOptions.adapters((String) value))),
                of(
                        "--width",
                        "W",
                        key("model.encoder.width"),
                        (config, value) -> config.withModel(config.model().withWidth((int) value))),
                of(
                        "--dimension",
                        "D",
                        key("model.projector.dimension"),
                        (config, value) -> config.withModel(config.model().withDimension((int) value))));
    }

    private static List<ConfigOption> ofTraining() {
        return List.of(
                of("--objective", "NAME", "objective.type"),
                of("--optimizer", "TYPE", "optimizer.type"),
                of("--learning-rate", "RATE", "optimizer.learningRate"),
                of("--local-weight", "L", "objective.localWeight"),
                of("--clip", "NORM", "clip"),
                of("--ema", "DECAY", "ema.decay"),
                of("--precision", "P", "precision"));
    }

    private static List<ConfigOption> ofData() {
        return List.of(
                of("--loader-threads", "T", "loaderThreads"),
                of("--strict", "", "data.strict"),
                of("--cache", "FOLDER", "data.cacheDirectory"),
                ofFile("--keep", "CSV", "data.keep"),
                of("--relabel", "", "data.relabel"),
                of("--knn-every", "STEPS", "monitor.steps"),
                of("--quality-every", "STEPS", "quality.steps"));
    }

    boolean given() {
        return option.<@Nullable Object>getValue() != null;
    }

    PretrainConfig over(PretrainConfig config) {
        return given() ? change.apply(config, option.getValue()) : config;
    }

    private static ConfigOption of(String name, String label, String path) {
        return of(name, label, key(path), (config, value) -> config.with(path, Json.line(value)));
    }

    /** An option that takes a file; the configuration names it by an absolute path, for a run resumed elsewhere. */
    private static ConfigOption ofFile(String name, String label, String path) {
        return of(
                name,
                label,
                key(path),
                (config, value) -> config.with(
                        path,
                        Json.line(Path.of(String.valueOf(value))
                                .toAbsolutePath()
                                .normalize()
                                .toString())));
    }

    private static ConfigOption of(
            String name, String label, ConfigKey key, BiFunction<PretrainConfig, Object, PretrainConfig> change) {
        boolean flag = key.type() == boolean.class;
        String choices = key.choices().isEmpty() ? "" : ": " + String.join(", ", key.choices());
        String value =
                flag ? "" : key.value().map(text -> " Default: " + text + ".").orElse("");
        String help = key.description() + choices + "." + value;
        OptionSpec option = builder(name, label, key.type())
                .completionCandidates(key.choices())
                .description(Character.toUpperCase(help.charAt(0)) + help.substring(1))
                .build();
        return new ConfigOption(key, option, change);
    }

    /** Begins an option that takes one value; a flag takes none. */
    static OptionSpec.Builder builder(String name, String label, Class<?> type) {
        return OptionSpec.builder(name)
                .paramLabel(label)
                .type(MethodType.methodType(type).wrap().returnType())
                .arity(type == boolean.class ? "0" : "1");
    }

    private static ConfigKey key(String path) {
        return ConfigKey.of(DEFAULTS, path);
    }

    /** A key whose option takes another kind of value. */
    private static ConfigKey described(String path, Class<?> type, String description) {
        return new ConfigKey(path, type, description, List.of(), Optional.empty());
    }

    private static ModelOptions named(ModelOptions model, String arch) {
        NetworkChoice choice = new NetworkChoice(Optional.of(arch), Optional.empty(), Optional.empty());
        if (model.init().isEmpty()) {
            return model.withEncoder(Architectures.published(arch));
        }
        try (EncoderWeights weights = EncoderWeights.open(model.init().get())) {
            return model.withEncoder(weights.network(choice).spec());
        }
    }

    /** Patterns between commas, as a YAML list. */
    private static String patterns(String commaSeparated) {
        return Json.line(List.of(commaSeparated.split(",", -1)));
    }
}

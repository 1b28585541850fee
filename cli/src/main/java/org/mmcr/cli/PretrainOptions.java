package org.mmcr.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.mmcr.core.MmcrException;
import org.mmcr.data.DataOptions;
import org.mmcr.data.DataSource;
import org.mmcr.data.PairedSource;
import org.mmcr.data.PictureSource;
import org.mmcr.data.io.FileFailure;
import org.mmcr.data.io.Json;
import org.mmcr.data.io.Yaml;
import org.mmcr.train.run.PretrainConfig;
import org.mmcr.train.run.Recipes;
import org.mmcr.train.run.SizeChoice;
import org.mmcr.train.run.SizeChoice.MedianSize;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Options that choose a recipe and change it: most stand for a key of the configuration ({@link ConfigOption}), and
 * {@code --set} changes any other. What is not given stays as the recipe states it.
 */
@Command // without any annotation picocli takes no object as a mixin
final class PretrainOptions {
    /** What {@code --adapt} does, without a full stop. */
    static final String ADAPT = "low-rank adapters on the attention of a vision transformer, whose own weights are then"
            + " not trained: rank=8, which alpha=16, targets=qkv|attention|all and norms=true may follow after commas";

    private static final Set<String> FILES = Set.of("data.keep", "model.init");

    private final OptionSpec recipe = ConfigOption.builder("--recipe", "NAME|FILE", String.class)
            .completionCandidates(Recipes.names())
            .description("Built-in recipe (" + String.join(", ", Recipes.names()) + ") or a YAML file. Default: "
                    + Recipes.DEFAULT + "; vectors for a table, pairs for paired data.")
            .build();

    /** At most one of them is given. */
    private final List<ConfigOption> lengths = ConfigOption.lengths();

    private final List<ConfigOption> settings = ConfigOption.settings();

    private final OptionSpec others = ConfigOption.builder("--set", "KEY=VALUE", List.class)
            .auxiliaryTypes(String.class)
            .description("Any other key of the recipe, for example --set schedule.shape=linear.")
            .build();

    private final TableChoice table = new TableChoice();
    private final Set<String> leftOut;

    @SuppressWarnings("NullAway.Init")
    private CommandSpec command;

    /** All options. */
    PretrainOptions() {
        this(Set.of());
    }

    /**
     * All options but some.
     *
     * @param leftOut names of options that the command has itself or does not have
     */
    PretrainOptions(Set<String> leftOut) {
        this.leftOut = Set.copyOf(leftOut);
    }

    /** Adds the options to the command that has this object as a mixin. */
    @Spec(Spec.Target.MIXEE)
    void addTo(CommandSpec mixee) {
        command = mixee;
        ArgGroupSpec.Builder length = ArgGroupSpec.builder().exclusive(true);
        offered(lengths).forEach(one -> length.addArg(one.option()));
        if (!length.args().isEmpty()) {
            mixee.addArgGroup(length.build());
        }
        mixee.addOption(recipe);
        offered(settings).forEach(one -> mixee.addOption(one.option()));
        mixee.addOption(others);
        mixee.addMixin("table", CommandSpec.forAnnotatedObject(table));
    }

    private List<ConfigOption> offered(List<ConfigOption> some) {
        return some.stream()
                .filter(one -> !leftOut.contains(one.option().longestName()))
                .toList();
    }

    /** Whether {@code --set} states this key, or a key below it. */
    boolean sets(String path) {
        return valueOf(others, List.<String>of()).stream()
                .anyMatch(key -> key.startsWith(path + ".") || key.startsWith(path + "="));
    }

    /** Returns the options for opening the data, which are needed before the default recipe is chosen. */
    DataOptions dataOptions(CommonOptions common, String fallbackRecipe) {
        return overlay(common, fallbackRecipe, key -> key.startsWith("data.")).data();
    }

    /** Returns how many samples the configured monitor holds out of training. */
    int heldOut(CommonOptions common, DataSource source) {
        return SizeChoice.heldOut(overlay(common, Recipes.defaultFor(source), key -> true), source);
    }

    /** Returns the files that the options name: recipe, curation and weights. */
    List<String> files() {
        Stream<OptionSpec> ofKeys =
                all().stream().filter(one -> FILES.contains(one.key().path())).map(ConfigOption::option);
        return Stream.concat(Stream.of(recipe), ofKeys)
                .flatMap(option -> Stream.ofNullable(option.<@Nullable Object>getValue()))
                .map(String::valueOf)
                .toList();
    }

    /**
     * The recipe with all given options; where neither states them, the batch and the sizes that follow from the data.
     *
     * @param samples at least 1; those that the run holds out are not trained on
     * @param remarks receives what the data decided
     */
    PretrainConfig resolve(CommonOptions common, DataSource source, int samples, PrintWriter remarks) {
        PretrainConfig stated = overlay(common, Recipes.defaultFor(source), key -> true);
        int trained = Math.max(1, samples - SizeChoice.heldOut(stated, source));
        PretrainConfig config = states("batch") ? stated : SizeChoice.forSamples(stated, trained);
        if (source instanceof PairedSource pairs && !states("views")) {
            config = config.with("views", String.valueOf(pairs.modalities().size()));
        }
        if (config.batch() < stated.batch()) {
            remarks.printf(
                    "a batch of %d, because there are %d %s to train on; --batch N sets another%n",
                    config.batch(), trained, source.plural());
        }
        if (states("view")
                || !(source instanceof PictureSource pictures)
                || config.view().ofVectors()) {
            return config;
        }
        MedianSize median = MedianSize.of(pictures);
        PretrainConfig chosen = SizeChoice.forPictures(config, median);
        remarks.printf(
                "pictures of %d x %d pixels (median): %s; --size PIXELS sets another%n",
                median.width(), median.height(), chosen.view().sizeText());
        return chosen;
    }

    /** Whether the recipe or an option states this key, or a key below it. */
    private boolean states(String path) {
        Predicate<String> below = key -> key.equals(path) || key.startsWith(path + ".") || key.startsWith(path + "=");
        return recipeStates(path)
                || all().stream()
                        .anyMatch(one -> one.given() && below.test(one.key().path()))
                || valueOf(others, List.<String>of()).stream().anyMatch(below);
    }

    /** Whether the recipe states this top-level key; the default one, which states every key, counts as no recipe. */
    private boolean recipeStates(String key) {
        String nameOrFile = valueOf(recipe, Recipes.DEFAULT);
        if (nameOrFile.equals(Recipes.DEFAULT)) {
            return false;
        }
        try {
            boolean named = Recipes.names().contains(nameOrFile);
            String text = named ? Recipes.text(nameOrFile) : Files.readString(Path.of(nameOrFile));
            return Yaml.tree(text).has(key);
        } catch (IOException e) {
            throw FileFailure.exception("a recipe in " + nameOrFile, e, "correct the path or the file");
        }
    }

    private PretrainConfig overlay(CommonOptions common, String fallbackRecipe, Predicate<String> chosen) {
        try {
            PretrainConfig config = Recipes.load(valueOf(recipe, fallbackRecipe));
            config = common.over(config);
            config = config.withData(
                    config.data().withTable(table.over(config.data().table())));
            for (ConfigOption setting : all()) {
                config = chosen.test(setting.key().path()) ? setting.over(config) : config;
            }
            for (String other : valueOf(others, List.<String>of())) {
                config = chosen.test(other) ? set(config, other) : config;
            }
            return config;
        } catch (MmcrException e) {
            throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    /** Whether nothing was given that a resumed run could not honour. */
    boolean isEmpty(CommonOptions common) {
        return Stream.of(recipe, others).allMatch(option -> option.<@Nullable Object>getValue() == null)
                && all().stream().noneMatch(ConfigOption::given)
                && table.isEmpty()
                && common.seed.isEmpty()
                && common.threads.isEmpty();
    }

    private List<ConfigOption> all() {
        return Stream.concat(lengths.stream(), settings.stream()).toList();
    }

    private static <T> T valueOf(OptionSpec option, T fallback) {
        return Optional.<T>ofNullable(option.getValue()).orElse(fallback);
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
            return Json.line(List.of(Yaml.tree(Files.readString(file))));
        } catch (IOException e) {
            throw FileFailure.exception(
                    "YAML with the fields of a view recipe in " + file, e, "correct the path or the file");
        }
    }

    /** The value of {@code --adapt} as a YAML mapping. */
    static String adapters(String commaSeparated) {
        List<String> parts = List.of(commaSeparated.split(",", -1));
        if (parts.stream().noneMatch(part -> part.startsWith("rank="))
                || parts.stream().anyMatch(part -> !part.matches("\\w+=[\\w.-]+"))) {
            throw new MmcrException("expected adapters such as --adapt rank=8,alpha=16,targets=attention,norms=true,"
                    + " found '" + commaSeparated + "'; rank is needed, the others are optional");
        }
        return parts.stream().map(part -> part.replace("=", ": ")).collect(Collectors.joining(", ", "{", "}"));
    }

    /** The configuration with one {@code KEY=VALUE} changed. */
    static PretrainConfig set(PretrainConfig config, String setting) {
        int equals = setting.indexOf('=');
        if (equals < 1) {
            throw new MmcrException(
                    "expected --set KEY=VALUE, found '" + setting + "'; for example --set schedule.shape=linear");
        }
        return config.with(setting.substring(0, equals), setting.substring(equals + 1));
    }
}

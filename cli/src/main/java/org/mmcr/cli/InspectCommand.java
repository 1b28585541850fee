package org.mmcr.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;
import org.mmcr.data.DataOptions;
import org.mmcr.data.PictureSource;
import org.mmcr.data.io.Json;
import org.mmcr.data.views.PictureViewRecipe;
import org.mmcr.report.inspect.ContactSheet;
import org.mmcr.report.inspect.Inspection;
import org.mmcr.report.inspect.Inspector;
import org.mmcr.train.run.PretrainConfig;
import org.mmcr.train.run.Recipes;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mmcr inspect DATA [--out DIR]}. */
@Command(
        name = "inspect",
        description = "Summarises a data set, and shows pictures beside their views.",
        footer = {
            "",
            "Writes inspection.json and contact-sheet.png to DIR: pictures spread over the data, each beside K views as pretrain would",
            "make them with the same recipe and seed."
        })
final class InspectCommand extends Subcommand {
    private static final int SHOWN = 12;
    private static final int VIEWS = 6;
    private static final int PICTURES = 24;
    private static final String SHEET = "contact-sheet.png";
    private static final String DOCUMENT = "inspection.json";

    @Parameters(paramLabel = "DATA", description = "The pictures.")
    @SuppressWarnings("NullAway.Init")
    String data;

    @Option(names = "--out", paramLabel = "DIR", description = "Folder for a contact sheet and the figures.")
    Optional<Path> out = Optional.empty();

    @Option(names = "--recipe", paramLabel = "R", description = "Recipe whose views are shown. Default: cpu.")
    Optional<String> recipe = Optional.empty();

    @Option(
            names = "--views-recipe",
            paramLabel = "V",
            description = "Augmentation: cifar, stl, imagenet, or a YAML file with the fields of a view recipe.")
    Optional<String> viewsRecipe = Optional.empty();

    @Option(
            names = "--views",
            paramLabel = "K",
            description = "Views of each picture on the sheet. Default: " + VIEWS + ".")
    Optional<Integer> views = Optional.empty();

    @Option(names = "--pictures", paramLabel = "N", description = "Pictures on the sheet. Default: " + PICTURES + ".")
    Optional<Integer> pictures = Optional.empty();

    @Mixin
    final OutputFolder output = new OutputFolder();

    private volatile boolean cancelled;

    InspectCommand(CommandContext context) {
        super(context);
    }

    /** The document of {@code inspect --json}. */
    record InspectResult(
            @JsonUnwrapped Inspection inspection,
            @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<String> contactSheet) {}

    @Override
    int execute() throws IOException {
        int shownViews = views.orElse(VIEWS);
        int shownPictures = pictures.orElse(PICTURES);
        require(shownViews >= 1 && shownViews <= 64, "--views", "1 to 64", shownViews);
        require(shownPictures >= 1 && shownPictures <= 1000, "--pictures", "1 to 1000", shownPictures);
        PretrainConfig config = UsageException.check(this::config);
        List<PictureViewRecipe> recipes = recipes(config);
        requireEffect();
        int threads = threadsOfJava();
        OutputFolder.requireOutside(out, data);
        try (OutputFolder.Writing writing = output.open(out, InspectCommand::files);
                PictureSource source = openPictures(data, DataOptions.defaults());
                Interrupts.Registration ignored = context().interrupts().onRequest(() -> cancelled = true)) {
            Inspection inspection = inspect(source, threads);
            Optional<Path> sheet = out.map(folder -> folder.resolve(SHEET));
            if (sheet.isPresent()) {
                new ContactSheet(source, recipes, shownViews, seed(config.seed())).write(sheet.get(), shownPictures);
                Json.write(out.get().resolve(DOCUMENT), inspection);
            }
            return finish(new InspectResult(inspection, sheet.map(Path::toString)), result -> {
                print(result.inspection());
                result.contactSheet().ifPresent(file -> text().println("contact sheet: " + file));
            });
        } catch (CancellationException e) {
            remarks().println("interrupted; nothing was written");
            return ExitCode.INTERRUPTED;
        }
    }

    private static List<Path> files(Path folder) {
        return List.of(folder.resolve(SHEET), folder.resolve(DOCUMENT));
    }

    private static void require(boolean holds, String option, String expected, int found) {
        if (!holds) {
            throw new UsageException("expected " + expected + " for " + option + ", found " + found + "; change it");
        }
    }

    /** Refuses options of the contact sheet where none is written. */
    private void requireEffect() {
        List<String> given = new ArrayList<>();
        given.addAll(recipe.isPresent() ? List.of("--recipe") : List.of());
        given.addAll(viewsRecipe.isPresent() ? List.of("--views-recipe") : List.of());
        given.addAll(views.isPresent() ? List.of("--views") : List.of());
        given.addAll(pictures.isPresent() ? List.of("--pictures") : List.of());
        if (out.isEmpty() && !given.isEmpty()) {
            throw new UsageException("expected " + String.join(", ", given)
                    + " only with --out DIR, where the contact sheet goes, found no --out; leave it out");
        }
    }

    private PretrainConfig config() {
        PretrainConfig config = Recipes.load(recipe.orElse(Recipes.DEFAULT));
        return viewsRecipe.isPresent()
                ? config.with("view.recipes", PretrainOptions.viewRecipes(viewsRecipe.get()))
                : config;
    }

    private static List<PictureViewRecipe> recipes(PretrainConfig config) {
        return config.view().at(1).stream()
                .map(one -> {
                    if (one instanceof PictureViewRecipe picture) {
                        return picture;
                    }
                    throw new UsageException(
                            "expected a recipe for pictures, found one for tables; give another --recipe");
                })
                .toList();
    }

    private Inspection inspect(PictureSource source, int threads) {
        try (PassProgress progress = new PassProgress(context().terminal())) {
            progress.stage("reading " + source.location());
            return Inspector.inspect(source, threads, done -> {
                if (cancelled) {
                    throw new CancellationException();
                }
                progress.progress(done, source.size());
            });
        }
    }

    private void print(Inspection found) {
        text().printf("%s: %,d pictures%s%n", found.location(), found.pictures(), broken(found));
        Inspection.Sizes sizes = found.sizes();
        line(
                "size",
                sizes.distinct() == 1
                        ? first(sizes.commonest())
                        : "%d to %d high, %d to %d wide, %,d sizes, most often %s"
                                .formatted(
                                        sizes.minHeight(),
                                        sizes.maxHeight(),
                                        sizes.minWidth(),
                                        sizes.maxWidth(),
                                        sizes.distinct(),
                                        first(sizes.commonest())));
        line("stored as", counts(found.modes()));
        line("classes", classes(found));
        line("mean", numbers(found.mean()));
        line("std", numbers(found.std()));
        line("duplicates", duplicates(found.duplicates()));
        found.firstBroken().stream()
                .limit(SHOWN)
                .forEach(broken -> line("broken", broken.name() + ": " + broken.reason()));
    }

    private void line(String name, String value) {
        text().printf("  %-11s %s%n", name, value);
    }

    private static String broken(Inspection found) {
        return found.broken() == 0 ? "" : ", %,d more cannot be read".formatted(found.broken());
    }

    private static String classes(Inspection found) {
        if (found.classes().isEmpty()) {
            return "none: the data are unlabelled";
        }
        String without = found.unlabelled() == 0 ? "" : "; %,d pictures without a label".formatted(found.unlabelled());
        return "%,d: %s%s".formatted(found.classes().size(), counts(found.classes()), without);
    }

    private static String counts(Map<String, Integer> counts) {
        String shown = counts.entrySet().stream()
                .limit(SHOWN)
                .map(entry -> "%s %,d".formatted(entry.getKey(), entry.getValue()))
                .collect(Collectors.joining(", "));
        return counts.size() <= SHOWN ? shown : shown + " and %,d more".formatted(counts.size() - SHOWN);
    }

    private static String first(Map<String, Integer> counts) {
        return counts.keySet().stream().findFirst().orElse("");
    }

    private static String numbers(List<Double> values) {
        return values.stream().map("%.4f"::formatted).collect(Collectors.joining(", ")) + " (red, green, blue)";
    }

    private static String duplicates(Inspection.Duplicates found) {
        return found.groups() == 0
                ? "none"
                : "%,d pictures repeat others, %,d of the %,d groups have different labels; for example %s"
                        .formatted(
                                found.superfluous(),
                                found.acrossClasses(),
                                found.groups(),
                                String.join(" = ", found.examples().get(0)));
    }
}

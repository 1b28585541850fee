package org.mmcr.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.mmcr.analysis.threshold.ThresholdDocument;
import org.mmcr.analysis.threshold.ThresholdGrid;
import org.mmcr.analysis.threshold.ThresholdResult;
import org.mmcr.analysis.threshold.ThresholdStudy;
import org.mmcr.analysis.trials.InitialWeights;
import org.mmcr.analysis.trials.MeanOverRuns;
import org.mmcr.data.DataOptions;
import org.mmcr.data.DataSource;
import org.mmcr.data.io.Provenance;
import org.mmcr.train.evaluate.EvaluationOptions;
import org.mmcr.train.run.PretrainConfig;
import org.mmcr.train.run.Recipes;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mmcr study threshold DATA --out DIR}. */
@Command(
        name = "threshold",
        abbreviateSynopsis = true,
        description = {
            "Trains networks over a grid of samples in a step N and dimensions D, and shows where the percent error is largest",
            "beside uniform points, for which it is at N = D."
        },
        footer = {
            "",
            "Every training sees the same number of views. Writes threshold.json, .csv and .html and the charts as PNG, SVG and PDF.",
            "The same command continues a study that was stopped."
        })
final class ThresholdCommand extends Subcommand {
    private static final Set<String> OF_THE_GRID = Set.of(
            "--batch", "--accumulate", "--views", "--dimension", "--minutes", "--epochs", "--steps", "--knn-every");

    @Parameters(paramLabel = "DATA", description = "Data to train on; labels only measure.")
    @SuppressWarnings("NullAway.Init")
    String data;

    @Option(
            names = "--test",
            paramLabel = "DATA",
            description = "Labelled data to classify. Default: a tenth of DATA, held out, if all of it has labels.")
    Optional<String> test = Optional.empty();

    @Option(
            names = "--samples",
            split = ",",
            paramLabel = "N",
            defaultValue = "16,32,64,128,256",
            description = "Samples in a step. Default: ${DEFAULT-VALUE}.")
    List<Integer> samples = new ArrayList<>();

    @Option(
            names = "--dimensions",
            split = ",",
            paramLabel = "D",
            defaultValue = "16,32,64,128,256",
            description = "Dimensions of the embeddings. Default: ${DEFAULT-VALUE}.")
    List<Integer> dimensions = new ArrayList<>();

    @Option(
            names = "--views",
            split = ",",
            paramLabel = "K",
            description = "Views of each sample; several give a grid for each. Default: as in the recipe.")
    List<Integer> views = new ArrayList<>();

    @Option(
            names = "--training-views",
            paramLabel = "V",
            defaultValue = "65536",
            description = "Views of each training, steps x N x K. Default: ${DEFAULT-VALUE}.")
    long trainingViews;

    @Option(
            names = "--repeats",
            paramLabel = "R",
            defaultValue = "2",
            description = "Trainings of each cell. Default: ${DEFAULT-VALUE}.")
    int repeats;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Folder of the trainings and results.")
    @SuppressWarnings("NullAway.Init")
    Path out;

    @Option(names = "--dry-run", description = "Only say how long it will take, after a few steps.")
    boolean dryRun;

    @Mixin
    final PretrainOptions options = new PretrainOptions(OF_THE_GRID);

    @Mixin
    final OutputFolder output = new OutputFolder();

    ThresholdCommand(CommandContext context) {
        super(context);
    }

    @Override
    int execute() throws IOException {
        for (String key : List.of("batch", "accumulate", "views", "budget", "model.projector", "monitor")) {
            if (options.sets(key)) {
                throw new UsageException("expected the grid to determine " + key + ", found --set " + key
                        + "; leave it out and use --samples, --dimensions, --views or --training-views");
            }
        }
        int threads = useThreads();
        DataOptions dataOptions = KeepChoice.require(options.dataOptions(common, Recipes.DEFAULT));
        try (DataSource source = open(data, dataOptions)) {
            if (test.isEmpty()) {
                return study(source, Optional.empty(), threads);
            }
            try (DataSource tested = open(test.get(), KeepChoice.ofTest(dataOptions))) {
                return study(source, Optional.of(tested), threads);
            }
        }
    }

    private int study(DataSource source, Optional<DataSource> tested, int threads) throws IOException {
        PretrainConfig resolved = options.resolve(common, source, Integer.MAX_VALUE, remarks());
        InitialWeights.require(resolved);
        Provenance.seeded(resolved.seed());
        EvaluationOptions evaluation =
                EvaluationOptions.defaults().withSeed(resolved.seed()).withThreads(threads);
        ThresholdStudy study = UsageException.check(() -> {
            List<Integer> given = views.isEmpty() ? List.of(resolved.views()) : views;
            ThresholdGrid grid = new ThresholdGrid(samples, dimensions, given, trainingViews, repeats);
            return ThresholdStudy.of(grid, resolved.fittedTo(source), source, tested, evaluation);
        });
        if (dryRun) {
            return finish(study.estimate(), estimate -> text().println(estimate.text()));
        }
        Optional<ThresholdDocument> result;
        OutputFolder.requireOutside(Optional.of(out), data, test.orElse(data));
        try (OutputFolder.Writing writing = output.open(Optional.of(out), study::files);
                PassProgress passes = new PassProgress(context().terminal())) {
            result = study.run(out, new ShownTrials(context(), passes));
        }
        return finish(result, "saved; the same command continues the study in " + out, this::print);
    }

    private void print(ThresholdDocument document) {
        boolean labelled =
                document.cells().stream().anyMatch(cell -> cell.figures().containsKey(ThresholdResult.ACCURACY));
        text().println("    N     D    K    percent error     spread error   uniform points"
                + (labelled ? "     kNN accuracy" : ""));
        for (ThresholdDocument.Cell cell : document.cells()) {
            text().printf(
                            Locale.ROOT,
                            "%5d %5d %4d  %s  %s  %13.2f %%%s%n",
                            cell.samples(),
                            cell.dimension(),
                            cell.views(),
                            percent(cell, ThresholdResult.PERCENT_ERROR),
                            percent(cell, ThresholdResult.SPREAD_ERROR),
                            100 * cell.uniform(),
                            labelled ? "  " + percent(cell, ThresholdResult.ACCURACY) : "");
        }
        document.reading().forEach(text()::println);
        document.notes().forEach(note -> text().println("note: " + note));
        text().println("table, charts and page: " + out);
    }

    private static String percent(ThresholdDocument.Cell cell, String figure) {
        MeanOverRuns value = cell.figures().get(figure);
        if (value == null) {
            return String.format("%15s", "-");
        }
        String spread = value.sd().isPresent()
                ? String.format(Locale.ROOT, " ± %.2f", 100 * value.sd().getAsDouble())
                : "";
        return String.format(Locale.ROOT, "%15s", String.format(Locale.ROOT, "%.2f%s %%", 100 * value.mean(), spread));
    }
}

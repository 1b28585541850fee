package org.mmcr.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.mmcr.analysis.comparison.Comparison;
import org.mmcr.analysis.comparison.ComparisonDocument;
import org.mmcr.analysis.comparison.ComparisonEstimate;
import org.mmcr.analysis.comparison.ComparisonSettings;
import org.mmcr.analysis.trials.InitialWeights;
import org.mmcr.data.DataOptions;
import org.mmcr.data.DataSource;
import org.mmcr.data.io.Provenance;
import org.mmcr.train.evaluate.EvaluationData;
import org.mmcr.train.evaluate.EvaluationOptions;
import org.mmcr.train.run.PretrainConfig;
import org.mmcr.train.run.Recipes;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mmcr compare DATA --test DATA --objectives NAMES --out DIR}. */
@Command(
        name = "compare",
        abbreviateSynopsis = true,
        description = "Trains several objectives under the same conditions and measures them in one table.",
        footer = {
            "",
            "Every objective gets the same network, views, batch and budget (--minutes or --steps), and --tune trials"
                    + " for its learning",
            "rate and its own weight, chosen on a part of the training data. Writes the table (comparison.json, .csv"
                    + " and .html) and",
            "charts. The same command continues a comparison that was stopped."
        })
final class CompareCommand extends Subcommand {
    @Parameters(paramLabel = "DATA", description = "Labelled training data; labels are used to measure and to tune.")
    @SuppressWarnings("NullAway.Init")
    String train;

    @Option(names = "--test", required = true, paramLabel = "DATA", description = "Labelled data to classify.")
    @SuppressWarnings("NullAway.Init")
    String test;

    @Option(
            names = "--objectives",
            required = true,
            split = ",",
            paramLabel = "NAME",
            description = "Objectives: ${COMPLETION-CANDIDATES}.",
            completionCandidates = Names.class)
    @SuppressWarnings("NullAway.Init")
    List<String> objectives;

    @Option(
            names = "--seeds",
            paramLabel = "S",
            defaultValue = "3",
            description = "Runs of each objective. Default: ${DEFAULT-VALUE}.")
    int seeds;

    @Option(
            names = "--tune",
            paramLabel = "T",
            defaultValue = "0",
            description = "Tuning trials of each objective, each as long as a run. Default: ${DEFAULT-VALUE}.")
    int tune;

    @Option(
            names = "--labels-per-class",
            split = ",",
            paramLabel = "L",
            defaultValue = "1,5,10",
            description = "Also measure with so few labels of each class. Default: ${DEFAULT-VALUE}.")
    List<Integer> labelsPerClass = new ArrayList<>();

    @Option(
            names = "--draws",
            paramLabel = "R",
            defaultValue = "10",
            description = "How often those labels are drawn. Default: ${DEFAULT-VALUE}.")
    int draws;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Folder of the trials and results.")
    @SuppressWarnings("NullAway.Init")
    Path out;

    @Option(names = "--dry-run", description = "Only say how long it will take, after a few steps of one run.")
    boolean dryRun;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    PretrainOptions options;

    @Mixin
    final OutputFolder output = new OutputFolder();

    /** The names, for help and completion. */
    static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Comparison.objectives().iterator();
        }
    }

    CompareCommand(CommandContext context) {
        super(context);
    }

    @Override
    int execute() throws IOException {
        for (String name : objectives) {
            ObjectiveChoice.of(name, List.of());
            if (!Comparison.objectives().contains(name)) {
                throw new UsageException("expected objectives of one network that need no labels, "
                        + String.join(", ", Comparison.objectives()) + ", found " + name + "; leave it out");
            }
        }
        if (options.sets("checkpoint")) {
            throw new UsageException(
                    "expected the comparison to determine checkpoint, found --set checkpoint; leave it out");
        }
        int threads = useThreads();
        EvaluationOptions fewLabels =
                UsageException.check(() -> EvaluationOptions.defaults().withFewLabels(labelsPerClass, draws));
        DataOptions dataOptions = KeepChoice.require(options.dataOptions(common, Recipes.DEFAULT));
        try (DataSource trainData = open(train, dataOptions);
                DataSource testData = open(test, KeepChoice.ofTest(dataOptions))) {
            PretrainConfig base = base(trainData);
            InitialWeights.require(base);
            Provenance.seeded(base.seed());
            EvaluationOptions evaluation = fewLabels.withSeed(base.seed()).withThreads(threads);
            ComparisonSettings settings = UsageException.check(() ->
                    ComparisonSettings.of(trainData, testData, objectives, seeds, tune, labelsPerClass, draws, base));
            EvaluationData data = EvaluationData.of(trainData, testData, evaluation);
            return dryRun
                    ? estimate(ComparisonEstimate.of(settings, base, data))
                    : compare(settings, base, data, evaluation);
        }
    }

    /** The configuration of all trials, fitted to the data and checked with every objective. */
    private PretrainConfig base(DataSource data) {
        // Tuning leaves out a tenth of each class.
        int fewest = data.size() - data.size() / 10 - data.classNames().size();
        PretrainConfig config = options.resolve(common, data, Math.max(1, fewest), remarks());
        if (!config.objective().equals(PretrainConfig.defaults().objective())) {
            throw new UsageException("expected the objectives in --objectives alone, found another setting of the"
                    + " objective in the recipe or an option; leave it out");
        }
        return UsageException.check(() -> {
            PretrainConfig fitted = config.fittedTo(data);
            objectives.forEach(
                    name -> fitted.with("objective", "{type: " + name + "}").fittedTo(data));
            return Comparison.withCheckpoints(fitted);
        });
    }

    private int compare(
            ComparisonSettings settings, PretrainConfig base, EvaluationData data, EvaluationOptions evaluation)
            throws IOException {
        Optional<ComparisonDocument> result;
        OutputFolder.requireOutside(Optional.of(out), train, test);
        try (OutputFolder.Writing writing = output.open(Optional.of(out), Comparison::files);
                PassProgress passes = new PassProgress(context().terminal())) {
            result = new Comparison(settings, base, data, evaluation, out, new ShownTrials(context(), passes)).run();
        }
        return finish(result, "saved; the same command continues the comparison in " + out, this::print);
    }

    private int estimate(ComparisonEstimate estimate) {
        return finish(
                estimate,
                found -> text().printf(
                                "%d trials: training %s, measuring about %s, together about %s (a step took %.3g s"
                                        + " here)%n",
                                found.trials(),
                                TrainProgress.duration(found.trainingSeconds()),
                                TrainProgress.duration(found.measuringSeconds()),
                                TrainProgress.duration(found.seconds()),
                                found.secondsPerStep()));
    }

    private void print(ComparisonDocument document) {
        line("", document.settings().objectives());
        for (ComparisonDocument.Row row : document.rowsWithValues()) {
            line(
                    row.figure().title(),
                    document.settings().objectives().stream()
                            .map(name -> Optional.ofNullable(row.objectives().get(name))
                                    .map(row.figure()::text)
                                    .orElse("-"))
                            .toList());
        }
        document.notes().forEach(note -> text().println("note: " + note));
        text().printf(
                        "mean and standard deviation over %d %s; table, charts and page: %s%n",
                        document.settings().seeds(), document.settings().seeds() == 1 ? "seed" : "seeds", out);
    }

    private void line(String name, List<String> cells) {
        StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%-28s", name));
        cells.forEach(cell -> line.append(String.format(Locale.ROOT, "  %18s", cell)));
        text().println(line);
    }
}

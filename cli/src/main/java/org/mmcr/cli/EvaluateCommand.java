package org.mmcr.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.mmcr.data.DataOptions;
import org.mmcr.data.DataSource;
import org.mmcr.data.DataSources;
import org.mmcr.data.TableOptions;
import org.mmcr.report.evaluation.RunEvaluation;
import org.mmcr.train.evaluate.EncoderFeatures;
import org.mmcr.train.evaluate.Evaluation;
import org.mmcr.train.evaluate.EvaluationData;
import org.mmcr.train.evaluate.EvaluationOptions;
import org.mmcr.train.evaluate.Evaluator;
import org.mmcr.train.run.RunDirectory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mmcr evaluate RUN --train DATA --test DATA}. */
@Command(
        name = "evaluate",
        description = "Measures an encoder on labelled data, beside the untrained encoder and the raw input.",
        footer = {
            "",
            "For a run, four files in its folder hold the results: evaluation.json has all scores and settings, analysis.json the geometry",
            "and information of the embeddings of a sample of the training pictures, capacity.json the capacity of the test pictures'",
            "classes, and report.html shows everything with small pictures of the data. The fitted probe is kept for export --with-probe.",
            "With --encoder no file is written; --json prints the whole result.",
            "",
            "Without RUN and --encoder, DATA are tables of features (.npy, .npz, .csv or .parquet) with labels, as embed and other",
            "programs write them. They are measured as they are."
        })
final class EvaluateCommand extends Subcommand {
    @Parameters(arity = "0..1", paramLabel = "RUN", description = "Folder that pretrain wrote.")
    Optional<Path> folder = Optional.empty();

    @Mixin
    final EncoderChoice choice = new EncoderChoice();

    @Option(
            names = "--train",
            required = true,
            paramLabel = "DATA",
            description = "Labelled data: the neighbours, and what the linear probe is fitted to.")
    @SuppressWarnings("NullAway.Init")
    String train;

    @Option(names = "--test", required = true, paramLabel = "DATA", description = "Labelled data to classify.")
    @SuppressWarnings("NullAway.Init")
    String test;

    @Option(names = "--no-baselines", description = "Leave out the untrained encoder and the raw input.")
    boolean noBaselines;

    @Option(
            names = "--no-pictures",
            description =
                    "Keep no small pictures of the data, and no names of its rows, in the run's folder and on its page.")
    boolean noPictures;

    @Option(
            names = "--labels-per-class",
            split = ",",
            paramLabel = "L",
            description = "Also measure with so few labels of each class, for example 1,5,10.")
    List<Integer> labelsPerClass = new ArrayList<>();

    @Option(
            names = "--draws",
            paramLabel = "R",
            defaultValue = "10",
            description = "How often those labels are drawn. Default: ${DEFAULT-VALUE}.")
    int draws;

    @Option(
            names = "--keep",
            paramLabel = "CSV",
            description = "curation.csv of mmcr curate for the training data: samples with a flag are left out.")
    Optional<Path> keep = Optional.empty();

    @Mixin
    final TableChoice table = new TableChoice();

    EvaluateCommand(CommandContext context) {
        super(context);
    }

    @Override
    int execute() {
        if (folder.isEmpty() && choice.file.isEmpty()) {
            return features();
        }
        EncoderChoice.Chosen chosen = choice.choose(folder, remarks());
        EvaluationOptions options = noBaselines ? options().withoutBaselines() : options();
        DataOptions data = chosen.dataOptions(table);
        RunEvaluation.Result result;
        try (DataSource trainData = DataSources.open(train, data.withKeep(keep));
                DataSource testData = DataSources.open(test, data)) {
            result = evaluate(chosen, EvaluationData.of(trainData, testData, options), options);
        }
        if (common.json) {
            printJson(result);
        } else {
            EvaluationTable.print(result, text());
            folder.map(RunDirectory::open).ifPresent(run -> text().println("everything on one page: " + run.report()));
        }
        return ExitCode.DONE;
    }

    private EvaluationOptions options() {
        return UsageException.check(() -> EvaluationOptions.defaults()
                .withSeed(common.seed.orElse(0L))
                .withThreads(useThreads())
                .withFewLabels(labelsPerClass, draws));
    }

    /** Evaluates tables of features, without an encoder. */
    private int features() {
        List<String> ineffective = new ArrayList<>(choice.givenForFile());
        ineffective.addAll(noBaselines ? List.of("--no-baselines") : List.of());
        ineffective.addAll(noPictures ? List.of("--no-pictures") : List.of());
        if (!ineffective.isEmpty()) {
            throw new UsageException("expected " + String.join(", ", ineffective)
                    + " only with RUN or --encoder FILE, found neither; give one of them, or leave it out");
        }
        EvaluationOptions options = options().withoutBaselines();
        DataOptions data = DataOptions.defaults().withTable(table.over(TableOptions.defaults()));
        RunEvaluation.Result result;
        try (DataSource trainData = DataSources.open(train, data.withKeep(keep));
                DataSource testData = DataSources.open(test, data);
                PassProgress progress = new PassProgress(context().terminal())) {
            Evaluation evaluation =
                    Evaluator.evaluateFeatures(EvaluationData.of(trainData, testData, options), options, progress);
            result = new RunEvaluation.Result(evaluation, Optional.empty(), Optional.empty());
        }
        if (common.json) {
            printJson(result);
        } else {
            EvaluationTable.print(result, text());
        }
        return ExitCode.DONE;
    }

    private RunEvaluation.Result evaluate(
            EncoderChoice.Chosen chosen, EvaluationData labelled, EvaluationOptions options) {
        try (PassProgress progress = new PassProgress(context().terminal())) {
            if (folder.isPresent()) {
                return new RunEvaluation(
                                RunDirectory.open(folder.get()), chosen.run().orElseThrow(), options, progress)
                        .evaluate(labelled, !noPictures);
            }
            EncoderFeatures features = chosen.features();
            Evaluation evaluation =
                    Evaluator.evaluate(features, () -> features.untrained(options.seed()), labelled, options, progress);
            return new RunEvaluation.Result(evaluation, Optional.empty(), Optional.empty());
        }
    }
}

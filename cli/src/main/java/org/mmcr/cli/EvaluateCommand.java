package org.mmcr.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.mmcr.analysis.export.FileFingerprint;
import org.mmcr.analysis.pairs.PairsEvaluation;
import org.mmcr.data.DataOptions;
import org.mmcr.data.DataSource;
import org.mmcr.data.PairedSource;
import org.mmcr.data.TableOptions;
import org.mmcr.report.evaluation.ComparisonFiles;
import org.mmcr.report.evaluation.EncoderComparison;
import org.mmcr.report.evaluation.RunEvaluation;
import org.mmcr.report.page.ReportPage;
import org.mmcr.train.evaluate.Evaluation;
import org.mmcr.train.evaluate.EvaluationData;
import org.mmcr.train.evaluate.EvaluationOptions;
import org.mmcr.train.evaluate.Evaluator;
import org.mmcr.train.evaluate.FeatureModel;
import org.mmcr.train.evaluate.FeatureReader;
import org.mmcr.train.run.PairedModel;
import org.mmcr.train.run.RunDirectory;
import org.mmcr.train.run.RunReport;
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
            "classes, and report.html shows everything with small pictures of the data. The fitted probe is kept for export --with-probe;",
            "a fine-tuned run keeps its own classifier.",
            "With --encoder no file is written; --json prints the whole result. Several --encoder and --run are measured side by side, in",
            "one table; --out DIR keeps it as encoders.json and encoders.html. Their features are kept for later commands.",
            "",
            "A run on paired data (pretrain --pairs) needs no labels and no --train: pairs.json has retrieval in each direction,",
            "matching, mutual information and the bound, on --test or on the run's own pairs.",
            "",
            "Without RUN and --encoder, DATA are tables of features (.npy, .npz, .csv or .parquet) with labels, as embed and other",
            "programs write them. They are measured as they are."
        })
final class EvaluateCommand extends Subcommand {
    private static final int DRAWS = 10;

    @Parameters(arity = "0..1", paramLabel = "RUN", description = "Folder that pretrain wrote.")
    Optional<Path> folder = Optional.empty();

    @Mixin
    final EncoderChoice choice = new EncoderChoice();

    @Option(
            names = "--train",
            paramLabel = "DATA",
            description = "Labelled data: the neighbours, and what the linear probe is fitted to.")
    Optional<String> train = Optional.empty();

    @Option(
            names = "--test",
            paramLabel = "DATA",
            description = "Labelled data to classify. Of a run on paired data: held-out pairs, a.npy,b.npy.")
    Optional<String> test = Optional.empty();

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
            description = "How often those labels are drawn. Default: " + DRAWS + ".")
    Optional<Integer> draws = Optional.empty();

    @Option(
            names = "--run",
            paramLabel = "RUN",
            description = "A run to compare with the encoders; may be given several times.")
    List<Path> runs = new ArrayList<>();

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Write a comparison as encoders.json and encoders.html there.")
    Optional<Path> out = Optional.empty();

    @Mixin
    final OutputFolder output = new OutputFolder();

    @Mixin
    final KeepChoice kept = new KeepChoice();

    @Mixin
    final CacheChoice cache = new CacheChoice();

    @Mixin
    final TableChoice table = new TableChoice();

    EvaluateCommand(CommandContext context) {
        super(context);
    }

    @Override
    int execute() throws IOException {
        if (folder.filter(RunDirectory::isRun)
                .filter(run -> PairedModel.isPaired(RunDirectory.open(run)))
                .isPresent()) {
            return pairs(RunDirectory.open(folder.orElseThrow()));
        }
        if (train.isEmpty() || test.isEmpty()) {
            throw new UsageException("expected --train DATA and --test DATA, found "
                    + (train.isEmpty() ? "no --train" : "no --test")
                    + "; only a run on paired data is evaluated without labelled data");
        }
        if (!runs.isEmpty() || choice.files.size() > 1) {
            return compare();
        }
        requireEffect();
        if (folder.isEmpty() && choice.file().isEmpty()) {
            return features();
        }
        EvaluationOptions options = noBaselines ? options().withoutBaselines() : options();
        RunEvaluation.Result result;
        try (ChosenEncoder chosen = choice.choose(folder, remarks());
                OutputFolder.Writing writing = lockRun()) {
            DataOptions data = chosen.dataOptions(table);
            try (DataSource trainData = open(train.orElseThrow(), kept.over(data));
                    DataSource testData = open(test.orElseThrow(), data)) {
                result = evaluate(chosen, EvaluationData.of(trainData, testData, options), options);
            }
        }
        return finish(result, measured -> {
            EvaluationTable.print(measured, text());
            folder.map(RunDirectory::open).ifPresent(run -> text().println("everything on one page: " + run.report()));
        });
    }

    /** Locks the folder of the run, if there is one, against another process that writes into it. */
    private OutputFolder.Writing lockRun() {
        return output.open(folder, run -> List.of());
    }

    /** Refuses options without effect on one encoder. */
    private void requireEffect() {
        if (out.isPresent()) {
            throw new UsageException(
                    "expected --out only with several --encoder or --run, found one encoder; leave it out");
        }
        OutputFolder.requireEffect(output.overwrite, out);
        if (noPictures && choice.file().isPresent()) {
            throw new UsageException("expected --no-pictures only with RUN, whose page shows pictures, found it with"
                    + " --encoder; leave it out");
        }
    }

    /** Measures a run on paired data. */
    private int pairs(RunDirectory run) {
        requireOnlyPairs();
        PairedModel model = PairedModel.load(run, found -> {
            opened(run.root(), FileFingerprint.of(found));
            return found;
        });
        String location = test.orElseGet(() -> RunReport.read(run).dataLocation());
        EvaluationOptions options = options();
        PairsEvaluation evaluation;
        try (OutputFolder.Writing writing = lockRun();
                PairedSource data = openPairs(
                        location,
                        DataOptions.defaults()
                                .withTable(table.over(model.config().data().table())));
                PassProgress progress = new PassProgress(context().terminal())) {
            evaluation = PairsEvaluation.of(model, data, options, progress);
            run.writeJson(run.pairs(), evaluation);
            ReportPage.write(run.root());
        }
        return finish(evaluation, measured -> {
            PairsTable.print(measured, text());
            text().println("everything on one page: " + run.report());
        });
    }

    /** Refuses the options of labelled data, of other encoders, and of what is not computed for pairs. */
    private void requireOnlyPairs() {
        Map<String, Boolean> others = new LinkedHashMap<>();
        others.put("--train", train.isPresent());
        others.put("--run", !runs.isEmpty());
        others.put("--encoder", !choice.files.isEmpty());
        choice.givenForFile().forEach(option -> others.put(option, true));
        others.put("--out", out.isPresent());
        others.put("--overwrite", output.overwrite);
        others.put("--keep", kept.keep.isPresent());
        others.put("--relabel", kept.relabel);
        others.put("--labels-per-class", !labelsPerClass.isEmpty());
        others.put("--draws", draws.isPresent());
        others.put("--no-baselines", noBaselines);
        others.put("--no-pictures", noPictures);
        others.put("--no-cache", cache.off);
        List<String> given = others.keySet().stream().filter(others::get).toList();
        if (!given.isEmpty()) {
            throw new UsageException("expected only --test with a run on paired data, found also "
                    + String.join(", ", given) + "; leave it out");
        }
    }

    /** Measures several encoders side by side. */
    private int compare() throws IOException {
        if (folder.isPresent()) {
            throw new UsageException("expected the runs of a comparison as --run RUN, found " + folder.get()
                    + " without it; write --run " + folder.get());
        }
        if (noBaselines || noPictures) {
            throw new UsageException("expected no " + (noBaselines ? "--no-baselines" : "--no-pictures")
                    + " with several encoders, which are measured without both, found it; leave it out");
        }
        EvaluationOptions options = options().withoutBaselines();
        EncoderComparison comparison;
        try (NamedEncoders encoders = NamedEncoders.choose(choice, runs, remarks());
                OutputFolder.Writing writing = output.open(out, ComparisonFiles::of);
                DataSource trainData = open(train.orElseThrow(), kept.over(encoders.dataOptions(table)));
                DataSource testData = open(test.orElseThrow(), encoders.dataOptions(table));
                PassProgress progress = new PassProgress(context().terminal())) {
            comparison = EncoderComparison.measure(
                    encoders.list(),
                    encoders.features(cache, options, remarks()),
                    EvaluationData.of(trainData, testData, options),
                    options,
                    progress);
            if (out.isPresent()) {
                ComparisonFiles.write(out.get(), comparison);
            }
        }
        return finish(comparison, measured -> {
            ComparisonTable.print(measured, text());
            out.ifPresent(written -> text().println("encoders.json and encoders.html are in " + written));
        });
    }

    private EvaluationOptions options() {
        if (draws.isPresent() && labelsPerClass.isEmpty()) {
            throw new UsageException("expected --draws only with --labels-per-class, found it without; leave it out");
        }
        return UsageException.check(() -> EvaluationOptions.defaults()
                .withSeed(seed(0))
                .withThreads(useThreads())
                .withFewLabels(labelsPerClass, draws.orElse(DRAWS)));
    }

    /** Evaluates tables of features, without an encoder. */
    private int features() {
        List<String> ineffective = new ArrayList<>(choice.givenForFile());
        ineffective.addAll(noBaselines ? List.of("--no-baselines") : List.of());
        ineffective.addAll(noPictures ? List.of("--no-pictures") : List.of());
        ineffective.addAll(cache.off ? List.of("--no-cache") : List.of());
        if (!ineffective.isEmpty()) {
            throw new UsageException("expected " + String.join(", ", ineffective)
                    + " only with RUN or --encoder FILE, found neither; give one of them, or leave it out");
        }
        EvaluationOptions options = options().withoutBaselines();
        DataOptions data = DataOptions.defaults().withTable(table.over(TableOptions.defaults()));
        RunEvaluation.Result result;
        try (DataSource trainData = open(train.orElseThrow(), kept.over(data));
                DataSource testData = open(test.orElseThrow(), data);
                PassProgress progress = new PassProgress(context().terminal())) {
            Evaluation evaluation =
                    Evaluator.evaluateFeatures(EvaluationData.of(trainData, testData, options), options, progress);
            result = new RunEvaluation.Result(evaluation, Optional.empty(), Optional.empty());
        }
        return finish(result, measured -> EvaluationTable.print(measured, text()));
    }

    private RunEvaluation.Result evaluate(ChosenEncoder chosen, EvaluationData labelled, EvaluationOptions options) {
        FeatureReader reader = new CachedFeatures(cache, options, remarks()).of(chosen);
        try (PassProgress progress = new PassProgress(context().terminal())) {
            if (folder.isPresent()) {
                return new RunEvaluation(
                                RunDirectory.open(folder.get()), chosen.run().orElseThrow(), options, progress, reader)
                        .evaluate(labelled, !noPictures);
            }
            Optional<Supplier<? extends FeatureModel>> untrained =
                    chosen.network().map(network -> () -> network.untrained(options.seed()));
            Evaluation evaluation =
                    Evaluator.evaluate(chosen.features(), untrained, labelled, options, progress, reader);
            return new RunEvaluation.Result(evaluation, Optional.empty(), Optional.empty());
        }
    }
}

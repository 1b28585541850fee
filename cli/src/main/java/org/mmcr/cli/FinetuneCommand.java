package org.mmcr.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.analysis.export.SavedProbe;
import org.mmcr.data.DataOptions;
import org.mmcr.data.DataSource;
import org.mmcr.data.DataSources;
import org.mmcr.data.io.Json;
import org.mmcr.data.io.Provenance;
import org.mmcr.report.page.ReportPage;
import org.mmcr.train.evaluate.EncoderFeatures;
import org.mmcr.train.evaluate.EvaluationData;
import org.mmcr.train.evaluate.EvaluationOptions;
import org.mmcr.train.evaluate.LinearHead;
import org.mmcr.train.finetune.FinetuneRecipe;
import org.mmcr.train.finetune.FinetuneResult;
import org.mmcr.train.finetune.FinetuneSettings;
import org.mmcr.train.finetune.Finetuning;
import org.mmcr.train.finetune.LabelBudget;
import org.mmcr.train.run.ModelOptions;
import org.mmcr.train.run.PretrainConfig;
import org.mmcr.train.run.RunDirectory;
import org.mmcr.train.run.TrainedModel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mmcr finetune RUN --train DATA --test DATA --out DIR}. */
@Command(
        name = "finetune",
        abbreviateSynopsis = true,
        description = "Trains an encoder further with few labels, beside random weights and a linear probe.",
        footer = {
            "",
            "Learning rates and epochs are chosen on a part of the labelled samples; the test data choose nothing. DIR"
                    + " becomes a run with",
            "the encoder of the first draw and its classifier: embed, explore and export --with-probe take it. The same"
                    + " command continues",
            "a fine-tuning that was stopped."
        })
final class FinetuneCommand extends Subcommand {
    @Parameters(arity = "0..1", paramLabel = "RUN", description = "Folder that pretrain wrote.")
    Optional<Path> folder = Optional.empty();

    @Mixin
    final EncoderChoice choice = new EncoderChoice();

    @Option(names = "--train", required = true, paramLabel = "DATA", description = "Data that labels are drawn from.")
    @SuppressWarnings("NullAway.Init")
    String train;

    @Option(names = "--test", required = true, paramLabel = "DATA", description = "Labelled data to classify.")
    @SuppressWarnings("NullAway.Init")
    String test;

    @Option(
            names = "--labels",
            paramLabel = "L",
            defaultValue = "all",
            description = "Labels of each class: 1%%, 10%%, 5-per-class or all; or a CSV file with the columns path and"
                    + " label for DATA of --train, as the explorer's labels.csv. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    String labels;

    @Option(
            names = "--draws",
            paramLabel = "R",
            description = "How often labels are drawn. Default: 5; 1 with all labels or a file.")
    Optional<Integer> draws = Optional.empty();

    @Option(
            names = "--tune",
            paramLabel = "T",
            defaultValue = "3",
            description = "Trainings of each draw that choose the learning rates, at most " + Finetuning.TRIALS
                    + "; 0: those of the recipe, and all its epochs. Default: ${DEFAULT-VALUE}.")
    int tune;

    @Option(
            names = "--freeze",
            split = ",",
            paramLabel = "PATTERN",
            description = "Blocks that are not trained, for example stem,stage1,block[1-6] or encoder; *, ? and [..]"
                    + " match.")
    List<String> freeze = new ArrayList<>();

    @Option(names = "--adapt", paramLabel = "rank=R[,...]", description = "Trains " + PretrainOptions.ADAPT + ".")
    Optional<String> adapt = Optional.empty();

    @Option(
            names = "--recipe",
            completionCandidates = Candidates.FinetuneRecipes.class,
            paramLabel = "NAME|FILE",
            defaultValue = FinetuneRecipe.DEFAULT,
            description = "finetune, finetune-imagenet-1, finetune-imagenet-10 or a YAML file. Default:"
                    + " ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    String recipe;

    @Option(names = "--epochs", paramLabel = "E", description = "Most epochs of each training.")
    Optional<Integer> epochs = Optional.empty();

    @Option(names = "--minutes", paramLabel = "M", description = "Most minutes of each training.")
    Optional<Double> minutes = Optional.empty();

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Another key of the recipe, for example --set optimizer.layerDecay=0.7.")
    List<String> others = new ArrayList<>();

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Folder of the trainings and result.")
    @SuppressWarnings("NullAway.Init")
    Path out;

    @Mixin
    final TableChoice table = new TableChoice();

    @Mixin
    final OutputFolder output = new OutputFolder();

    FinetuneCommand(CommandContext context) {
        super(context);
    }

    @Override
    int execute() throws IOException {
        boolean file = Files.isRegularFile(Path.of(labels));
        LabelBudget budget = file ? LabelBudget.all() : UsageException.check(() -> LabelBudget.parse(labels));
        int threads = useThreads();
        try (ChosenEncoder chosen = choice.choose(folder, remarks())) {
            EncoderFeatures learned = chosen.network()
                    .orElseThrow(() -> new UsageException("expected a run or a safetensors file, whose network can be"
                            + " trained, found an ONNX graph; give the weights it was made of"));
            DataOptions options = chosen.dataOptions(table);
            try (DataSource trainData = open(train, options);
                    DataSource testData = open(test, options)) {
                DataSource labelled = file ? DataSources.labelledBy(trainData, Path.of(labels)) : trainData;
                EvaluationData data = EvaluationData.of(labelled, testData, EvaluationOptions.defaults());
                return finetune(settings(chosen, learned, data, budget), learned, data, threads);
            }
        }
    }

    private FinetuneSettings settings(
            ChosenEncoder chosen, EncoderFeatures learned, EvaluationData data, LabelBudget budget) {
        List<String> classes = FinetuneSettings.classes(data);
        budget.draw(data.train(), 0);
        PretrainConfig base = FinetuneSettings.base(
                chosen.run().map(TrainedModel::config), learned.encoder().spec(), classes.size(), freeze);
        FinetuneRecipe resolved = UsageException.check(() -> {
            FinetuneRecipe loaded = FinetuneRecipe.load(recipe, base);
            PretrainConfig given = changed(loaded.config());
            FinetuneSettings.requireClassifier(given, base, learned.view());
            PretrainConfig config = FinetuneSettings.viewed(given.withData(base.data()), learned.view());
            config.model().frozenBlocks();
            return loaded.with(config);
        });
        Provenance.seeded(resolved.config().seed());
        int times = draws.orElse(budget.isAll() ? 1 : 5);
        return UsageException.check(() -> new FinetuneSettings(
                chosen.source(),
                chosen.weightsFingerprint(),
                recipe,
                resolved,
                labels,
                budget,
                times,
                tune,
                classes,
                data.train().fingerprint(),
                data.test().fingerprint()));
    }

    /** The recipe's configuration with the options over it. */
    private PretrainConfig changed(PretrainConfig recipeConfig) {
        PretrainConfig config = common.over(recipeConfig);
        if (folder.isEmpty()) {
            config = config.with(
                    "precision", choice.precision.map(Object::toString).orElse("auto"));
        }
        if (!freeze.isEmpty()) { // a recipe may name other blocks
            config = config.with("model.freeze", Json.line(freeze));
        }
        if (adapt.isPresent()) {
            config = config.with("model.adapt", PretrainOptions.adapters(adapt.get()));
        }
        for (String other : others) {
            config = PretrainOptions.set(config, other);
        }
        if (epochs.isPresent() && minutes.isPresent()) {
            throw new UsageException("expected --epochs or --minutes, found both; leave one out");
        }
        if (epochs.isPresent()) {
            return config.with("budget", "{epochs: " + epochs.get() + "}");
        }
        if (minutes.isPresent()) {
            return config.with("budget", "{minutes: " + minutes.get() + "}");
        }
        return config;
    }

    private int finetune(FinetuneSettings settings, EncoderFeatures learned, EvaluationData data, int threads)
            throws IOException {
        Optional<FinetuneResult> result;
        try (OutputFolder.Writing writing = output.open(Optional.of(out), Finetuning::files);
                PassProgress passes = new PassProgress(context().terminal())) {
            ShownTrials shown = new ShownTrials(context(), passes, true);
            Finetuning work = new Finetuning(settings, learned, data, out, shown, threads);
            work.claim();
            announce(settings);
            result = work.run();
            if (result.isPresent()) {
                keepClassifier(result.get());
            }
        }
        return finish(result, "saved; the same command continues the fine-tuning in " + out, this::print);
    }

    private void announce(FinetuneSettings settings) {
        ModelOptions model = settings.recipe().config().model();
        List<String> frozen = model.frozenBlocks();
        remarks()
                .println("%,d classes, labels %s, %d draw%s%s%s"
                        .formatted(
                                settings.classes().size(),
                                labels,
                                settings.draws(),
                                settings.draws() == 1 ? "" : "s",
                                model.adapt().present()
                                        ? "; adapters of rank " + model.adapt().rank()
                                        : "",
                                frozen.isEmpty() ? "" : "; frozen: " + String.join(", ", frozen)));
    }

    /** Keeps the classifier of the run as its probe, which export and the explorer read, and writes the page. */
    private void keepClassifier(FinetuneResult result) {
        RunDirectory run = RunDirectory.open(out);
        TrainedModel model = TrainedModel.load(run);
        Map<String, Tensor> classifier = model.model().projector().state();
        LinearHead head = LinearHead.of(
                result.classes(),
                Objects.requireNonNull(classifier.get("0.weight")),
                Objects.requireNonNull(classifier.get("0.bias")));
        SavedProbe.write(run, model, head);
        ReportPage.write(out);
    }

    private void print(FinetuneResult result) {
        text().printf("%-34s  %s%n", "top-1 on the test data", "mean and standard deviation over draws");
        result.rows()
                .forEach(row -> text().println(String.format(
                        Locale.ROOT, "%-34s  %5.1f ± %.1f %%", row.title(), 100 * row.top1(), 100 * row.top1Std())));
        result.notes().forEach(note -> text().println("note: " + note));
        text().println("the encoder and classifier of the first draw are the run " + out + "; next: mmcr export " + out
                + " --with-probe --format onnx --out classifier.onnx");
    }
}

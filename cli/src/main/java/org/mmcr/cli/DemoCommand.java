package org.mmcr.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.mmcr.data.DataOptions;
import org.mmcr.data.DataSource;
import org.mmcr.data.SyntheticPictures;
import org.mmcr.data.SyntheticSignals;
import org.mmcr.data.io.AtomicFiles;
import org.mmcr.data.io.Provenance;
import org.mmcr.report.evaluation.RunEvaluation;
import org.mmcr.train.evaluate.EvaluationData;
import org.mmcr.train.evaluate.EvaluationOptions;
import org.mmcr.train.run.PretrainConfig;
import org.mmcr.train.run.Recipes;
import org.mmcr.train.run.RunDirectory;
import org.mmcr.train.run.TrainedModel;
import org.mmcr.train.run.Trainer;
import org.mmcr.train.run.TrainingTotals;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code mmcr demo}: pictures, training and measurement in one go. */
@Command(
        name = "demo",
        description =
                "Draws ten classes of pictures or signals, trains an encoder on them without labels, and measures it.",
        footer = {"", "Takes a few minutes on two cores. With --out the pictures and the run are kept."})
final class DemoCommand extends Subcommand {
    private static final int TRAIN_PER_CLASS = 500;
    private static final int TEST_PER_CLASS = 100;
    /** Windows begin anywhere and differ in strength; masking would take away what is left under the noise. */
    private static final String SIGNAL_VIEWS =
            "{base: vectors, noise: 0.2, mask: 0.1, scale: 0.3, shift: 0.5, groups: " + SyntheticSignals.AXES + "}";

    private static final List<Integer> FEW_LABELS = List.of(1, 5, 10);
    private static final int DRAWS = 10;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Keep everything in this new folder. Default: a temporary folder.")
    Optional<Path> out = Optional.empty();

    @Option(
            names = "--minutes",
            paramLabel = "M",
            description = "Minutes of training. Default: as the demo recipe says.")
    Optional<Double> minutes = Optional.empty();

    @Option(names = "--steps", paramLabel = "S", description = "Steps of training, in place of minutes.")
    Optional<Long> steps = Optional.empty();

    @Option(
            names = "--signals",
            description = "Windows of a drawn three-axis sensor, a table of numbers, in place of pictures.")
    boolean signals;

    DemoCommand(CommandContext context) {
        super(context);
    }

    /** What {@code demo --json} prints. */
    record DemoResult(PretrainResult pretrain, RunEvaluation.Result evaluation, double seconds) {}

    @Override
    int execute() {
        if (minutes.isPresent() && steps.isPresent()) {
            throw new UsageException("expected --minutes or --steps, found both; leave one out");
        }
        PretrainConfig config = UsageException.check(this::config);
        Provenance.seeded(config.seed());
        long began = System.nanoTime();
        Path root = root();
        remarks()
                .println("drawing " + 10 * TRAIN_PER_CLASS + " training and " + 10 * TEST_PER_CLASS + " test "
                        + (signals ? "signals" : "pictures") + " in " + root);
        Path trainPath = draw(root, "train", TRAIN_PER_CLASS, config.seed());
        Path testPath = draw(root, "test", TEST_PER_CLASS, config.seed() + 1);
        RunDirectory run = RunDirectory.create(root.resolve("run"));
        try (DataSource train = open(trainPath.toString(), DataOptions.defaults());
                DataSource test = open(testPath.toString(), DataOptions.defaults())) {
            TrainingTotals totals = Training.run(context(), listener -> new Trainer(config, train, run, listener));
            if (!totals.finished()) {
                remarks().println("interrupted; what was learned so far is in " + run);
                return ExitCode.INTERRUPTED;
            }
            WhiteningChoice.keep(run, train, useThreads(), context(), remarks());
            RunEvaluation.Result evaluation = evaluate(run, train, test, config.seed());
            report(root, new DemoResult(PretrainResult.of(run, totals), evaluation, (System.nanoTime() - began) / 1e9));
        }
        return ExitCode.DONE;
    }

    private Path draw(Path root, String part, int perClass, long seed) {
        if (!signals) {
            SyntheticPictures.write(root.resolve(part), perClass, seed);
            return root.resolve(part);
        }
        Path file = root.resolve(part + ".csv");
        SyntheticSignals.write(file, perClass, seed);
        return file;
    }

    private RunEvaluation.Result evaluate(RunDirectory run, DataSource train, DataSource test, long seed) {
        EvaluationOptions all = EvaluationOptions.defaults().withSeed(seed).withThreads(useThreads());
        EvaluationOptions options = signals ? all.withFewLabels(FEW_LABELS, DRAWS) : all;
        try (PassProgress progress = new PassProgress(context().terminal())) {
            return new RunEvaluation(run, TrainedModel.load(run), options, progress)
                    .evaluate(EvaluationData.of(train, test, options), true);
        }
    }

    private PretrainConfig config() {
        PretrainConfig config =
                signals ? Recipes.load("vectors").with("view.recipes", "[" + SIGNAL_VIEWS + "]") : Recipes.load("demo");
        if (common.seed.isPresent()) {
            config = config.with("seed", String.valueOf(common.seed.get()));
        }
        if (common.threads.isPresent()) {
            config = config.with("threads", String.valueOf(common.threads.get()));
        }
        if (minutes.isPresent()) {
            config = config.with("budget", "{minutes: " + minutes.get() + "}");
        }
        return steps.isPresent() ? config.with("budget", "{steps: " + steps.get() + "}") : config;
    }

    private Path root() {
        try {
            if (out.isPresent()) {
                Path folder = Files.createDirectories(out.get());
                if (!AtomicFiles.list(folder).isEmpty()) {
                    throw new UsageException(
                            "expected a new or empty folder for --out, found files in " + folder + "; give another");
                }
                return folder;
            }
            return Files.createTempDirectory("mmcr-demo");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void report(Path root, DemoResult result) {
        if (common.json) {
            printJson(result);
            return;
        }
        text().println();
        EvaluationTable.print(result.evaluation(), text());
        text().printf(
                        "%s in all; the labels were used only to measure. Everything is in %s%n",
                        TrainProgress.duration(result.seconds()), root);
        text().println("the page to look at: "
                + RunDirectory.open(root.resolve("run")).report());
        text().println("next, with data of your own: mmcr pretrain " + (signals ? "table.csv" : "pictures/")
                + " --out runs/first");
    }
}

package org.mmcr.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.mmcr.analysis.plan.LearningCurves.Interval;
import org.mmcr.analysis.plan.PlanDocument;
import org.mmcr.analysis.plan.PlanSettings;
import org.mmcr.analysis.plan.Planner;
import org.mmcr.data.DataOptions;
import org.mmcr.data.DataSource;
import org.mmcr.data.io.AtomicFiles;
import org.mmcr.data.io.ExclusiveLock;
import org.mmcr.data.io.Provenance;
import org.mmcr.train.evaluate.EvaluationOptions;
import org.mmcr.train.run.PretrainConfig;
import org.mmcr.train.run.Recipes;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mmcr plan DATA --minutes B}. */
@Command(
        name = "plan",
        abbreviateSynopsis = true,
        description = "Recommends a recipe for a training of B minutes from trials that use at most a tenth of them.",
        footer = {
            "",
            "Candidates are the recipe and random changes of its batch, dimension, views, width and learning rate by a factor of",
            "two. Successive halving stops hopeless ones. Learning curves predict each one at the budget; the plan says",
            "when the trials cannot tell which one is best."
        })
final class PlanCommand extends Subcommand {
    private static final Set<String> OF_THE_PLAN = Set.of("--minutes", "--epochs", "--steps", "--knn-every");

    @Parameters(paramLabel = "DATA", description = "Data that will be trained on; labels only measure.")
    @SuppressWarnings("NullAway.Init")
    String data;

    @Option(names = "--minutes", required = true, paramLabel = "B", description = "Budget of the training to plan.")
    double minutes;

    @Option(
            names = "--test",
            paramLabel = "DATA",
            description =
                    "Labelled data to classify. Default: a tenth of DATA, held out of the trials, if all of it has"
                            + " labels.")
    Optional<String> test = Optional.empty();

    @Option(
            names = "--candidates",
            paramLabel = "C",
            defaultValue = "8",
            description = "Number of candidates, the recipe included. Default: ${DEFAULT-VALUE}.")
    int candidates;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Write the recommended recipe, for pretrain --recipe FILE.")
    Optional<Path> out = Optional.empty();

    @Mixin
    final PretrainOptions options = new PretrainOptions(OF_THE_PLAN);

    @Mixin
    final OutputFile output = new OutputFile();

    PlanCommand(CommandContext context) {
        super(context);
    }

    @Override
    int execute() throws IOException {
        OutputFolder.requireEffect(output.overwrite, out);
        if (options.sets("budget")) {
            throw new UsageException("expected --minutes alone as the budget, found --set budget; leave it out");
        }
        EvaluationOptions unseeded = EvaluationOptions.defaults().withThreads(useThreads());
        if (out.isEmpty()) {
            return open(unseeded);
        }
        List<String> inputs = new ArrayList<>(options.files());
        inputs.add(data);
        test.ifPresent(inputs::add);
        try (ExclusiveLock lock = output.open(out.get(), inputs)) {
            return open(unseeded);
        }
    }

    private int open(EvaluationOptions unseeded) throws IOException {
        DataOptions dataOptions = KeepChoice.require(options.dataOptions(common, Recipes.DEFAULT));
        try (DataSource source = open(data, dataOptions)) {
            if (test.isEmpty()) {
                return plan(source, Optional.empty(), unseeded);
            }
            try (DataSource tested = open(test.get(), KeepChoice.ofTest(dataOptions))) {
                return plan(source, Optional.of(tested), unseeded);
            }
        }
    }

    private int plan(DataSource source, Optional<DataSource> tested, EvaluationOptions unseeded) throws IOException {
        // A tenth of each class may be held out of the trials, which have no monitor.
        int trained = source.size() - source.size() / 10 - source.classNames().size();
        int samples = Math.min(source.size(), trained + options.heldOut(common, source));
        PretrainConfig base = options.resolve(common, source, Math.max(1, samples), remarks());
        Provenance.seeded(base.seed());
        Planner planner = UsageException.check(
                () -> Planner.of(base, minutes, candidates, source, tested, unseeded.withSeed(base.seed())));
        remarks()
                .printf(
                        "trials of %d candidates, at most %s together%n",
                        candidates, TrainProgress.duration(planner.settings().trialSeconds()));
        Optional<PlanDocument> result;
        try (PassProgress passes = new PassProgress(context().terminal())) {
            result = planner.run(new ShownTrials(context(), passes));
        }
        if (out.isPresent() && result.isPresent()) {
            AtomicFiles.writeText(out.get(), recipe(planner, result.get()));
        }
        return finish(result, "stopped; a plan is not continued, and nothing was written", this::print);
    }

    private String recipe(Planner planner, PlanDocument plan) {
        StringBuilder text = new StringBuilder("# Recommended by mmcr plan for " + data.replaceAll("\\R", " ") + "\n");
        plan.words()
                .forEach(line ->
                        text.append("# ").append(line.replaceAll("\\R", " ")).append("\n"));
        return text.append("#\n# command   ./mmcr pretrain DATA --recipe FILE --out RUN\n# hardware  ")
                .append(plan.machine().cpu())
                .append(", ")
                .append(plan.machine().cores())
                .append(" cores\n\n")
                .append(planner.recipe(plan.recommendedCandidate()).toYaml())
                .toString();
    }

    private void print(PlanDocument plan) {
        boolean labelled = plan.settings().score().equals(PlanSettings.ACCURACY);
        text().printf(
                        "%-64s %6s  %-24s %-24s %6s%n",
                        "candidate",
                        "trials",
                        labelled ? "accuracy (%)" : "InfoNCE (nats)",
                        "percent error (%)",
                        "best");
        for (PlanDocument.Prediction one : plan.candidates()) {
            Map<String, Interval> figures = one.figures();
            text().printf(
                            Locale.ROOT,
                            "%-64s %6d  %-24s %-24s %6s%n",
                            one.settings().text(),
                            one.rounds(),
                            interval(figures.get(plan.settings().score()), labelled ? 100 : 1),
                            interval(figures.get("percent_error"), 100),
                            one.probabilityOfBest().isPresent()
                                    ? String.format(
                                            Locale.ROOT,
                                            "%.2f",
                                            one.probabilityOfBest().getAsDouble())
                                    : "-");
        }
        text().printf(
                        Locale.ROOT,
                        "predictions at %.4g minutes: median and 80 %% interval; best: probability; trials took %s%n",
                        plan.settings().minutes(),
                        TrainProgress.duration(plan.usedSeconds()));
        plan.words().forEach(text()::println);
        out.ifPresent(file -> text().println("recipe: " + file));
    }

    private static String interval(@Nullable Interval found, double unit) {
        return found == null
                ? "-"
                : String.format(
                        Locale.ROOT,
                        "%.1f [%.1f, %.1f]",
                        unit * found.median(),
                        unit * found.low(),
                        unit * found.high());
    }
}

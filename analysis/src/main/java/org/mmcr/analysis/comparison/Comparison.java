package org.mmcr.analysis.comparison;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mmcr.analysis.trials.LabelledSplit;
import org.mmcr.analysis.trials.TrialFolder;
import org.mmcr.analysis.trials.TrialProgress;
import org.mmcr.analysis.trials.TrialTraining;
import org.mmcr.core.MmcrException;
import org.mmcr.data.DataSource;
import org.mmcr.data.io.AtomicFiles;
import org.mmcr.data.io.Json;
import org.mmcr.train.evaluate.EvaluationData;
import org.mmcr.train.evaluate.EvaluationOptions;
import org.mmcr.train.evaluate.NonFiniteFeaturesException;
import org.mmcr.train.run.Budget;
import org.mmcr.train.run.DivergedException;
import org.mmcr.train.run.ObjectiveSpec;
import org.mmcr.train.run.PretrainConfig;
import org.mmcr.train.run.RunDirectory;
import org.mmcr.train.run.TrainedModel;
import org.mmcr.train.run.TrainingTotals;

/**
 * A comparison of objectives with the same network, data, views, batch and budget.
 *
 * <p>Each objective gets the same number of tuning trials for its learning rate and its own weight. They train on 90 %
 * of the training data and are scored by a linear probe on the other 10 %; the best settings train on all training
 * data with each seed. Nothing is chosen on test data.
 *
 * <p>A trial that is done has a file {@code trials/NAME.json}, so a comparison that was stopped continues with the
 * next one, and an unfinished run with its last checkpoint.
 */
public final class Comparison {
    /** Number of checkpoints, evenly over the budget, at which the path of a run is measured. */
    static final int PATH_POINTS = 8;

    private final ComparisonSettings settings;
    private final PretrainConfig base;
    private final EvaluationData data;
    private final EvaluationOptions options;
    private final Path folder;
    private final TrialFolder trials;
    private final TrialProgress progress;

    /**
     * Prepares a comparison.
     *
     * @param settings of the comparison; a folder that has others is refused
     * @param base configuration of all trials, the one in the settings
     * @param data labelled training and test data, both stay open
     * @param options of the evaluation
     * @param folder where the trials and results are, created if needed
     * @param progress runs the trainers
     */
    public Comparison(
            ComparisonSettings settings,
            PretrainConfig base,
            EvaluationData data,
            EvaluationOptions options,
            Path folder,
            TrialProgress progress) {
        this.settings = settings;
        this.base = base;
        this.data = data;
        this.options = options;
        this.folder = folder;
        this.trials = new TrialFolder(folder);
        this.progress = progress;
    }

    /**
     * Returns a configuration whose runs keep a checkpoint at every eighth of the budget, as the trials need.
     *
     * @throws MmcrException if the budget is in epochs
     */
    public static PretrainConfig withCheckpoints(PretrainConfig config) {
        Budget budget = config.budget();
        if (budget.epochs().isPresent()) {
            throw new MmcrException("expected a budget in minutes or steps for a comparison, found "
                    + budget.epochs().getAsLong() + " epochs; give --minutes or --steps");
        }
        double minutes = budget.minutes().orElse(0) / PATH_POINTS;
        long steps = budget.steps().isPresent() ? Math.max(1, budget.steps().getAsLong() / PATH_POINTS) : 0;
        return config.with(
                "checkpoint", "{minutes: " + minutes + ", steps: " + steps + ", keep: " + 2 * PATH_POINTS + "}");
    }

    /** Returns the names of the objectives that can be compared: those of one network that need no labels. */
    public static List<String> objectives() {
        return ObjectiveSpec.standards().stream()
                .map(spec -> spec.build().name())
                .filter(OwnWeight.objectives()::contains)
                .toList();
    }

    /** Returns the files beside {@code trials/} that {@link #run} writes into a folder. */
    public static List<Path> files(Path folder) {
        List<Path> files = new ArrayList<>(ComparisonCharts.files(folder));
        for (String name : List.of(TrialFolder.SETTINGS, "comparison.json", "comparison.csv", "comparison.html")) {
            files.add(folder.resolve(name));
        }
        return files;
    }

    /**
     * Runs what is not done yet and writes table, charts and page.
     *
     * @return the results; empty if a training was stopped
     * @throws MmcrException if the folder belongs to a comparison with other settings, or a trial fails
     */
    public Optional<ComparisonDocument> run() throws IOException {
        trials.claim(settings, ComparisonSettings.class, "comparison", ComparisonSettings::conflict);
        List<TrialResult> results = new ArrayList<>();
        LabelledSplit split = split();
        for (int index = 0; index < settings.tuningTrials(); index++) {
            for (String objective : settings.objectives()) {
                Optional<TrialResult> result = done(Trial.tuning(base, objective, index), results.size(), split);
                if (result.isEmpty()) {
                    return Optional.empty();
                }
                results.add(result.get());
            }
        }
        Map<String, TrialResult> best = best(results);
        for (int seed = 0; seed < settings.seeds(); seed++) {
            for (String objective : settings.objectives()) {
                Trial trial = best.containsKey(objective)
                        ? Trial.tuned(base, objective, seed, best.get(objective))
                        : Trial.published(base, objective, seed);
                Optional<TrialResult> result = done(trial, results.size(), split);
                if (result.isEmpty()) {
                    return Optional.empty();
                }
                results.add(result.get());
            }
        }
        ComparisonDocument document = ComparisonDocument.of(settings, EqualViews.added(results));
        write(document);
        return Optional.of(document);
    }

    private void write(ComparisonDocument document) throws IOException {
        Json.write(folder.resolve("comparison.json"), document);
        AtomicFiles.writeText(folder.resolve("comparison.csv"), document.csv());
        ComparisonCharts.draw(folder, document, base.seed());
        AtomicFiles.writeText(folder.resolve("comparison.html"), ComparisonPage.html(folder, document));
    }

    /** The settings with the best validation accuracy of each objective. */
    private static Map<String, TrialResult> best(List<TrialResult> tuning) {
        Map<String, TrialResult> best = new HashMap<>();
        for (TrialResult result : tuning) {
            best.merge(result.objective(), result, (old, other) -> score(other) > score(old) ? other : old);
        }
        return best;
    }

    private static double score(TrialResult result) {
        return result.figures().getOrDefault(ComparisonFigure.VALIDATION, -1.0);
    }

    /** Training data without the validation part, and that part; both whole without tuning trials. */
    private LabelledSplit split() {
        DataSource train = data.train();
        return settings.tuningTrials() == 0
                ? new LabelledSplit(train, train)
                : LabelledSplit.of(train, base.seed())
                        .orElseThrow(() -> new MmcrException("expected at least 5 training " + train.plural()
                                + " of a class to choose settings on a part of them, found fewer; leave out --tune"));
    }

    /** The result of a trial, from its file or by running it; empty if its training was stopped. */
    private Optional<TrialResult> done(Trial trial, int before, LabelledSplit split) throws IOException {
        Optional<TrialResult> known = trials.result(trial.name(), TrialResult.class);
        if (known.isPresent()) {
            return known;
        }
        progress.trial(String.format(
                "trial %d of %d: %s, %s %d",
                before + 1,
                settings.trials(),
                trial.objective(),
                trial.tuning() ? "tuning" : "seed",
                trial.index() + 1));
        RunDirectory run = trials.run(trial.name());
        TrialTraining training = TrialTraining.measuringMemory(run);
        TrialResult result;
        try {
            DataSource source = trial.tuning() ? split.rest() : data.train();
            TrainingTotals totals = training.train(trial.config(), source, progress);
            if (!totals.finished()) {
                return Optional.empty();
            }
            result = measure(trial, run, totals, training.memoryBytes(), split);
        } catch (DivergedException | NonFiniteFeaturesException e) {
            String note = trial.name() + " diverged and has no figures: " + e.getMessage();
            result = result(trial, Optional.empty(), training.memoryBytes(), Map.of(), List.of(), List.of(note));
        }
        trials.finish(trial.name(), result);
        return Optional.of(result);
    }

    private TrialResult measure(
            Trial trial, RunDirectory run, TrainingTotals totals, long memory, LabelledSplit split) {
        TrainedModel model = TrainedModel.load(run);
        if (trial.tuning()) {
            progress.stage("validation");
            double score = TrialMeasurement.validation(model, split.rest(), split.heldOut(), options);
            return result(
                    trial,
                    Optional.of(totals),
                    memory,
                    Map.of(ComparisonFigure.VALIDATION, score),
                    List.of(),
                    List.of());
        }
        TrialMeasurement measurement = new TrialMeasurement(trial.name(), data, options, progress);
        Map<String, Double> figures = new LinkedHashMap<>(measurement.figures(model));
        figures.put("steps", (double) totals.steps());
        figures.put("views", (double) totals.viewsSeen());
        figures.put("seconds_per_step", totals.stepSeconds() / Math.max(1, totals.steps()));
        if (memory > 0) {
            figures.put("memory_mib", (double) (memory >> 20));
        }
        List<TrialResult.PathPoint> path = measurement.path(run);
        List<String> notes = new ArrayList<>(data.notes());
        notes.addAll(measurement.notes());
        return result(trial, Optional.of(totals), memory, figures, path, notes);
    }

    private static TrialResult result(
            Trial trial,
            Optional<TrainingTotals> totals,
            long memory,
            Map<String, Double> figures,
            List<TrialResult.PathPoint> path,
            List<String> notes) {
        return new TrialResult(
                trial.objective(),
                trial.tuning(),
                trial.index(),
                trial.learningRate(),
                OwnWeight.of(trial.objective()).key(),
                trial.weight(),
                totals.map(TrainingTotals::steps).orElse(0L),
                totals.map(TrainingTotals::viewsSeen).orElse(0L),
                totals.map(TrainingTotals::seconds).orElse(0.0),
                totals.map(found -> found.stepSeconds() / Math.max(1, found.steps()))
                        .orElse(0.0),
                memory,
                figures,
                path,
                notes);
    }
}

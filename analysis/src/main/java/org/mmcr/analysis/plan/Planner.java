package org.mmcr.analysis.plan;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.analysis.trials.DataUsed;
import org.mmcr.analysis.trials.SampledAccuracy;
import org.mmcr.analysis.trials.TrainingErrors;
import org.mmcr.analysis.trials.TrialData;
import org.mmcr.analysis.trials.TrialProgress;
import org.mmcr.analysis.trials.TrialTraining;
import org.mmcr.core.JitteredSample;
import org.mmcr.core.MmcrException;
import org.mmcr.core.capacity.Matrix;
import org.mmcr.core.capacity.TaskRunner;
import org.mmcr.core.quality.EmbeddedViews;
import org.mmcr.core.quality.PairedViews;
import org.mmcr.data.DataSource;
import org.mmcr.data.io.AtomicFiles;
import org.mmcr.data.io.TemporaryFolder;
import org.mmcr.objective.linalg.TensorArrays;
import org.mmcr.train.evaluate.EvaluationOptions;
import org.mmcr.train.evaluate.NonFiniteFeaturesException;
import org.mmcr.train.run.Budget;
import org.mmcr.train.run.DivergedException;
import org.mmcr.train.run.PretrainConfig;
import org.mmcr.train.run.RunDirectory;
import org.mmcr.train.run.TrainedModel;
import org.mmcr.train.run.TrainingTotals;
import org.mmcr.train.run.ViewEmbeddings;

/**
 * Plans a training: tries candidates in short trainings by successive halving, fits {@link LearningCurves} to
 * their figures, predicts them at the budget and recommends one.
 */
public final class Planner {
    /** Fraction of the budget that all trials use together. */
    static final double FRACTION = 0.1;

    /** A part of the time is left free, for a step or a measurement that takes longer than before. */
    private static final double MARGIN = 0.95;

    private static final long WARM_UP_STEPS = 2;

    private final PlanSettings settings;
    private final PretrainConfig base;
    private final TrialData data;
    private final List<Candidate> candidates;
    private final EvaluationOptions options;

    private Planner(
            PlanSettings settings,
            PretrainConfig base,
            TrialData data,
            List<Candidate> candidates,
            EvaluationOptions options) {
        this.settings = settings;
        this.base = base;
        this.data = data;
        this.candidates = candidates;
        this.options = options;
    }

    /**
     * Prepares a plan for some data, which stay open.
     *
     * @param base recipe, the first candidate
     * @param minutes budget of the training that is planned
     * @param count number of candidates, at least 1
     * @param source trained on; labels only measure
     * @param test labelled data to classify; if empty, a tenth of labelled data is held out of the trials
     * @throws MmcrException if a number is out of range
     */
    public static Planner of(
            PretrainConfig base,
            double minutes,
            int count,
            DataSource source,
            Optional<DataSource> test,
            EvaluationOptions options) {
        if (!(minutes > 0) || Double.isInfinite(minutes)) {
            throw new MmcrException("expected --minutes above 0, found " + minutes + "; for example --minutes 60");
        }
        if (count < 1) {
            throw new MmcrException("expected at least 1 candidate, found " + count + "; for example --candidates 8");
        }
        TrialData data = TrialData.of(source, test, options);
        if (base.stepPictures() > data.trained().size()) {
            throw new MmcrException(
                    "expected a step of at most " + data.trained().size()
                            + " samples, those that trials train on, found " + base.stepPictures()
                            + " (batch times accumulate); give a smaller --batch");
        }
        PlanSettings settings = new PlanSettings(
                DataUsed.of(source),
                minutes,
                60 * FRACTION * minutes,
                count,
                base.seed(),
                data.measured().isPresent() ? PlanSettings.ACCURACY : PlanSettings.INFO_NCE);
        return new Planner(
                settings,
                base,
                data,
                Candidate.around(base, count, data.trained().size()),
                options);
    }

    /** Returns what the plan is for. */
    public PlanSettings settings() {
        return settings;
    }

    /** Returns the recipe of a candidate with the planned budget. */
    public PretrainConfig recipe(Candidate candidate) {
        return candidate.over(base).withBudget(Budget.ofMinutes(settings.minutes()));
    }

    /**
     * Runs the trials and plans.
     *
     * @return empty if a training was stopped
     */
    public Optional<PlanDocument> run(TrialProgress progress) throws IOException {
        long began = System.nanoTime();
        try (TemporaryFolder folder = new TemporaryFolder()) {
            Optional<PlanTrial> first = warmUp(folder.path(), progress);
            if (first.isEmpty()) {
                return Optional.empty();
            }
            return trials(folder.path(), began, first.get(), progress)
                    .map(trials -> new PlanAdvice(settings, base, candidates, trials, seconds(began)).document());
        }
    }

    /** Two steps and a measurement that are no trial: the first ones of a process take longer than all others. */
    private Optional<PlanTrial> warmUp(Path folder, TrialProgress progress) throws IOException {
        progress.trial("two steps that do not count");
        RunDirectory run = RunDirectory.create(folder.resolve("warm-up"));
        Optional<PlanTrial> trial = trial(0, 0, Budget.ofSteps(WARM_UP_STEPS), run, progress);
        AtomicFiles.deleteTree(run.root());
        return trial;
    }

    private static double seconds(long began) {
        return (System.nanoTime() - began) * 1e-9;
    }

    private Optional<List<PlanTrial>> trials(Path folder, long began, PlanTrial before, TrialProgress progress)
            throws IOException {
        Halving halving = new Halving(candidates.size());
        List<PlanTrial> trials = new ArrayList<>();
        List<Integer> entrants = IntStream.range(0, candidates.size()).boxed().toList();
        for (int i = 0; i < halving.rounds() && !entrants.isEmpty(); i++) {
            for (int j = 0; j < entrants.size(); j++) {
                double left = MARGIN * settings.trialSeconds() - seconds(began);
                PlanTrial last = trials.isEmpty() ? before : trials.get(trials.size() - 1);
                double overhead = last.wallSeconds() - last.seconds();
                double seconds = halving.trainingSeconds(left, i, entrants.size(), j, overhead);
                if (seconds <= 0) {
                    return Optional.of(trials);
                }
                Candidate candidate = candidates.get(entrants.get(j));
                progress.trial(String.format(
                        Locale.ROOT,
                        "round %d of %d, trial %d of %d, %.1f s: %s",
                        i + 1,
                        halving.rounds(),
                        j + 1,
                        entrants.size(),
                        seconds,
                        candidate.text()));
                RunDirectory run = RunDirectory.create(folder.resolve(i + "-" + j));
                Optional<PlanTrial> trial = trial(entrants.get(j), i, Budget.ofMinutes(seconds / 60), run, progress);
                if (trial.isEmpty()) {
                    return Optional.empty();
                }
                trials.add(trial.get());
                AtomicFiles.deleteTree(run.root());
            }
            entrants = halving.survivors(i, trials);
        }
        return Optional.of(trials);
    }

    private Optional<PlanTrial> trial(int index, int round, Budget budget, RunDirectory run, TrialProgress progress)
            throws IOException {
        long began = System.nanoTime();
        PretrainConfig config =
                candidates.get(index).over(base).with("monitor.steps", "0").withBudget(budget);
        try {
            TrainingTotals totals = new TrialTraining(run).train(config, data.trained(), progress);
            if (!totals.finished()) {
                return Optional.empty();
            }
            if (totals.steps() == 0) {
                return Optional.of(failed(index, round, began, "had no time for a step"));
            }
            double error = TrainingErrors.of(run).percentError();
            OptionalDouble score = score(TrainedModel.load(run));
            return Optional.of(new PlanTrial(
                    index,
                    round,
                    totals.steps(),
                    totals.viewsSeen(),
                    totals.stepSeconds(),
                    (System.nanoTime() - began) * 1e-9,
                    OptionalDouble.of(error),
                    score,
                    Optional.empty()));
        } catch (DivergedException | NonFiniteFeaturesException e) {
            return Optional.of(failed(index, round, began, "diverged: " + e.getMessage()));
        }
    }

    private PlanTrial failed(int index, int round, long began, String reason) {
        return new PlanTrial(
                index,
                round,
                0,
                0,
                0,
                (System.nanoTime() - began) * 1e-9,
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                Optional.of(candidates.get(index).text() + " " + reason));
    }

    private OptionalDouble score(TrainedModel model) {
        if (data.measured().isPresent()) {
            DataSource train = data.measured().get().train();
            return OptionalDouble.of(new SampledAccuracy(PlanSettings.MEASURED, options.batch(), options.threads())
                    .of(model, train, data.measured().get().test()));
        }
        return infoNce(model);
    }

    /** InfoNCE of training samples; no value after a collapse to zero, or if embeddings are not finite. */
    private OptionalDouble infoNce(TrainedModel model) {
        int views = 2;
        int[] samples = JitteredSample.of(data.trained().size(), PlanSettings.MEASURED);
        try (Tensor rows =
                new ViewEmbeddings(model, views, settings.seed(), options.threads()).collect(data.trained(), samples)) {
            double[] values = TensorArrays.of(rows);
            if (!DoubleStream.of(values).allMatch(Double::isFinite)) {
                return OptionalDouble.empty();
            }
            Matrix matrix = new Matrix(views * samples.length, model.model().dimension(), values);
            return PairedViews.of(new EmbeddedViews(matrix, views), TaskRunner.IN_TURN)
                    .map(pairs -> OptionalDouble.of(pairs.value(TaskRunner.IN_TURN)))
                    .orElse(OptionalDouble.empty());
        }
    }
}

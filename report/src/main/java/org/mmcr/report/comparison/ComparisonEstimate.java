package org.mmcr.report.comparison;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.mmcr.data.io.AtomicFiles;
import org.mmcr.train.evaluate.EvaluationData;
import org.mmcr.train.run.Budget;
import org.mmcr.train.run.PretrainConfig;
import org.mmcr.train.run.RunDirectory;
import org.mmcr.train.run.StepMetrics;
import org.mmcr.train.run.TrainListener;
import org.mmcr.train.run.Trainer;

/**
 * The expected duration of a comparison, from a few steps of training with its first objective.
 *
 * @param trials number of runs
 * @param secondsPerStep seconds of a step here and now
 * @param trainingSeconds of all trials
 * @param measuringSeconds of all trials, a rough estimate: a view costs a third of a view in training, and the probes
 *     as much again
 */
public record ComparisonEstimate(int trials, double secondsPerStep, double trainingSeconds, double measuringSeconds) {
    private static final int STEPS = 4;
    /** Samples of a point of a path: neighbours on both sides, and views. */
    private static final int PATH_VIEWS = 8000;

    /** Takes a few steps in a temporary folder. */
    public static ComparisonEstimate of(ComparisonSettings settings, PretrainConfig base, EvaluationData data) {
        double step = secondsPerStep(
                Trial.published(base, settings.objectives().get(0), 0).config(), data);
        long stepsPerEpoch = Math.max(1, data.train().size() / base.stepPictures());
        double training = base.budget().minutes().isPresent()
                ? 60 * base.budget().minutes().getAsDouble()
                : step * base.budget().totalSteps(stepsPerEpoch).orElseThrow();
        double perView = step / ((double) base.stepPictures() * base.views()) / 3;
        double passes = data.train().size() + data.test().size();
        double path = Comparison.PATH_POINTS
                * Math.min(PATH_VIEWS, passes + 4.0 * data.test().size());
        double finals = settings.objectives().size() * (double) settings.seeds();
        double tuning = settings.objectives().size() * (double) settings.tuningTrials();
        return new ComparisonEstimate(
                settings.trials(),
                step,
                training * settings.trials(),
                2 * perView * (finals * (passes + path) + tuning * data.train().size()));
    }

    /** Training and measuring. */
    public double seconds() {
        return trainingSeconds + measuringSeconds;
    }

    /** The fastest of a few steps after the first. */
    private static double secondsPerStep(PretrainConfig config, EvaluationData data) {
        List<Double> seconds = new ArrayList<>();
        TrainListener watch = new TrainListener() {
            @Override
            public void step(StepMetrics metrics) {
                seconds.add(metrics.seconds());
            }
        };
        try {
            Path folder = Files.createTempDirectory("mmcr-compare");
            try {
                PretrainConfig few = config.withBudget(Budget.ofSteps(STEPS))
                        .with("monitor.steps", "0")
                        .with("quality.steps", "0");
                new Trainer(few, data.train(), RunDirectory.create(folder.resolve("run")), watch).run();
            } finally {
                AtomicFiles.deleteTree(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return seconds.stream().skip(1).mapToDouble(Double::doubleValue).min().orElseThrow();
    }
}

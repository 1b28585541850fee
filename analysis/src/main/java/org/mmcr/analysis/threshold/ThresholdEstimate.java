package org.mmcr.analysis.threshold;

import java.util.List;
import org.mmcr.analysis.trials.StepTime;
import org.mmcr.data.DataSource;
import org.mmcr.train.run.PretrainConfig;

/**
 * The expected duration of a study, from a few steps of its smallest and its largest batch at the largest dimension. A
 * step's time is taken to be linear in its views, and a view to cost a third in measuring of what it costs in training.
 *
 * @param trainings number of trainings
 * @param secondsPerStep of a step, whatever its size
 * @param secondsPerView of each view of a step
 * @param seconds of all trainings and measurements
 */
public record ThresholdEstimate(int trainings, double secondsPerStep, double secondsPerView, double seconds) {
    /** Start of a training and its checkpoints. */
    private static final double START_SECONDS = 1;

    /** Takes a few steps in a temporary folder. */
    public static ThresholdEstimate of(ThresholdGrid grid, PretrainConfig base, DataSource data, int measured) {
        List<Integer> samples = grid.samples();
        int widest = grid.dimensions().get(grid.dimensions().size() - 1);
        ThresholdGrid.Cell small =
                new ThresholdGrid.Cell(samples.get(0), widest, grid.views().get(0), 0);
        ThresholdGrid.Cell large = new ThresholdGrid.Cell(
                samples.get(samples.size() - 1),
                widest,
                grid.views().get(grid.views().size() - 1),
                0);
        double few = StepTime.seconds(grid.config(base, small), data);
        double smallViews = (double) small.samples() * small.views();
        double largeViews = (double) large.samples() * large.views();
        double many = largeViews > smallViews ? StepTime.seconds(grid.config(base, large), data) : few;
        double perView =
                largeViews > smallViews ? Math.max(0, (many - few) / (largeViews - smallViews)) : few / smallViews;
        double perStep = Math.max(0, few - perView * smallViews);
        double seconds = 0;
        for (ThresholdGrid.Cell cell : grid.cells()) {
            seconds += seconds(grid, cell, perStep, perView, measured);
        }
        return new ThresholdEstimate(grid.cells().size(), perStep, perView, seconds);
    }

    /** Returns the estimate as a sentence. */
    public String text() {
        return trainings + " trainings: about " + RemainingTime.words(seconds)
                + " together on this machine as it is now";
    }

    /** Expected seconds of one training and its measurement. */
    double seconds(ThresholdGrid grid, ThresholdGrid.Cell cell, int measured) {
        return seconds(grid, cell, secondsPerStep, secondsPerView, measured);
    }

    private static double seconds(
            ThresholdGrid grid, ThresholdGrid.Cell cell, double perStep, double perView, int measured) {
        double views = (double) grid.steps(cell) * cell.samples() * cell.views();
        return START_SECONDS + grid.steps(cell) * perStep + perView * (views + measured / 3.0);
    }
}

package org.mmcr.analysis.threshold;

import java.util.ArrayList;
import java.util.List;
import org.mmcr.core.MmcrException;
import org.mmcr.train.run.Budget;
import org.mmcr.train.run.PretrainConfig;

/**
 * Grid of trainings: every step size with every dimension and number of views, several runs of each, all with the same
 * number of views in total.
 *
 * @param samples values of N, samples in a step, ascending
 * @param dimensions values of D, ascending
 * @param views values of K, ascending
 * @param trainingViews views of each training; a training has as many whole steps of N K views as fit
 * @param repeats runs of each cell, with seeds of their own
 */
public record ThresholdGrid(
        List<Integer> samples, List<Integer> dimensions, List<Integer> views, long trainingViews, int repeats) {

    public ThresholdGrid {
        samples = sizes("samples", samples, 2);
        dimensions = sizes("dimensions", dimensions, 2);
        views = sizes("views", views, 1);
        if (repeats < 1) {
            throw new MmcrException("expected at least 1 repeat, found " + repeats + "; for example --repeats 2");
        }
        long largest = (long) samples.get(samples.size() - 1) * views.get(views.size() - 1);
        if (trainingViews < largest) {
            throw new MmcrException("expected training views for at least one step of the largest cell, " + largest
                    + ", found " + trainingViews + "; for example --training-views " + 16 * largest);
        }
    }

    private static List<Integer> sizes(String name, List<Integer> given, int least) {
        List<Integer> sorted = given.stream().distinct().sorted().toList();
        if (sorted.isEmpty() || sorted.get(0) < least) {
            throw new MmcrException("expected --" + name + " of at least " + least + ", found "
                    + (sorted.isEmpty() ? "none" : sorted.get(0)) + "; for example --" + name
                    + (least == 1 ? " 2,4" : " 16,32,64"));
        }
        return sorted;
    }

    /**
     * Checks that a step has no more samples than there are.
     *
     * @param trainedOn number of samples of the training
     * @throws MmcrException if the largest N is larger
     */
    public void requireData(int trainedOn) {
        int largest = samples.get(samples.size() - 1);
        if (largest > trainedOn) {
            throw new MmcrException("expected --samples of at most " + trainedOn + ", the samples that are trained on,"
                    + " found " + largest + "; leave it out, or give more data");
        }
    }

    /** Returns all trainings; the first runs of all cells come first, so that a stopped study has a whole table. */
    public List<Cell> cells() {
        List<Cell> cells = new ArrayList<>();
        for (int repeat = 0; repeat < repeats; repeat++) {
            for (int k : views) {
                for (int n : samples) {
                    for (int d : dimensions) {
                        cells.add(new Cell(n, d, k, repeat));
                    }
                }
            }
        }
        return List.copyOf(cells);
    }

    /** Number of steps of a training. */
    public long steps(Cell cell) {
        return trainingViews / ((long) cell.samples() * cell.views());
    }

    /** The configuration of a training. */
    PretrainConfig config(PretrainConfig base, Cell cell) {
        PretrainConfig sized = base.with("batch", String.valueOf(cell.samples()))
                .with("accumulate", "1")
                .with("views", String.valueOf(cell.views()))
                .with("seed", String.valueOf(base.seed() + cell.repeat()))
                .with("monitor.steps", "0");
        return sized.withModel(sized.model().withDimension(cell.dimension())).withBudget(Budget.ofSteps(steps(cell)));
    }

    /**
     * One training.
     *
     * @param samples N
     * @param dimension D
     * @param views K
     * @param repeat from 0
     */
    public record Cell(int samples, int dimension, int views, int repeat) {
        /** A name of its own within the study, such as {@code n64-d128-k4-r0}. */
        String name() {
            return "n" + samples + "-d" + dimension + "-k" + views + "-r" + repeat;
        }

        /** The name in words. */
        String text() {
            return "N " + samples + ", D " + dimension + ", K " + views + ", run " + (repeat + 1);
        }
    }
}

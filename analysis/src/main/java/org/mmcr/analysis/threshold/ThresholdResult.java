package org.mmcr.analysis.threshold;

import java.util.List;
import java.util.Map;

/**
 * The outcome of one training, as its file holds it.
 *
 * @param samples N
 * @param dimension D
 * @param views K
 * @param repeat from 0
 * @param steps optimiser steps
 * @param viewsSeen views in total
 * @param figures {@link #PERCENT_ERROR}, {@link #SPREAD_ERROR} and, for labelled data, {@link #ACCURACY}, fractions;
 *     empty if the training diverged
 * @param percentErrors percent error at a quarter, half, three quarters and the end of the training; empty if diverged
 * @param spreadErrors spread error at the same moments
 * @param seconds of the training
 * @param notes for the reader
 */
public record ThresholdResult(
        int samples,
        int dimension,
        int views,
        int repeat,
        long steps,
        long viewsSeen,
        Map<String, Double> figures,
        List<Double> percentErrors,
        List<Double> spreadErrors,
        double seconds,
        List<String> notes) {

    /** Distance from the bound as a fraction of it, mean over the last tenth of the steps. */
    public static final String PERCENT_ERROR = "percent_error";

    /**
     * The part of the percent error that is not missing invariance: 1 - (1 - percent error) / sqrt(mean squared norm of
     * the centroids). For centroids on the sphere both are the same.
     */
    public static final String SPREAD_ERROR = "spread_error";

    /** Top-1 kNN accuracy of the encoder's features. */
    public static final String ACCURACY = "knn20";

    ThresholdGrid.Cell cell() {
        return new ThresholdGrid.Cell(samples, dimension, views, repeat);
    }
}

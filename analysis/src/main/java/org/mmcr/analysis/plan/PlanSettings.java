package org.mmcr.analysis.plan;

import org.mmcr.analysis.trials.DataUsed;

/**
 * What a plan is for.
 *
 * @param data that will be trained on
 * @param minutes of the training that is planned
 * @param trialSeconds that all trials together may use, training and measuring
 * @param candidates number of candidates
 * @param seed of the candidates and draws
 * @param score {@code accuracy} (kNN, k = 20) or {@code infonce}
 */
public record PlanSettings(
        DataUsed data, double minutes, double trialSeconds, int candidates, long seed, String score) {
    /** Score of labelled data. */
    public static final String ACCURACY = "accuracy";
    /** Score without labels: InfoNCE between two views, after the projector. */
    public static final String INFO_NCE = "infonce";

    /** Most samples of which a score is measured. */
    static final int MEASURED = 1000;

    boolean labelled() {
        return score.equals(ACCURACY);
    }

    /** Returns the largest possible score: 1, or the logarithm of the number of pairs. */
    double largestScore() {
        return labelled() ? 1 : Math.log(Math.min(MEASURED, data.samples()));
    }
}

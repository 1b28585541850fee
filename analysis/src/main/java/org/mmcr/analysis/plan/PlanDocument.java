package org.mmcr.analysis.plan;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.mmcr.train.run.Machine;

/**
 * The results of a plan.
 *
 * @param settings what it is for
 * @param machine on which the trials ran; a prediction holds for it alone
 * @param usedSeconds wall time of all trials and what goes before them
 * @param curves fitted curves, by figure
 * @param candidates with their predictions, in the order in which they were drawn
 * @param recommended index of the recommended candidate
 * @param certain whether the trials distinguish it from the others
 * @param words the recommendation and its reasons
 * @param trials every trial
 */
public record PlanDocument(
        PlanSettings settings,
        Machine machine,
        double usedSeconds,
        Map<String, Curve> curves,
        List<Prediction> candidates,
        int recommended,
        boolean certain,
        List<String> words,
        List<PlanTrial> trials) {

    /**
     * Fitted curves, on the scale on which they are lines: log-odds of a fraction, or nats; intervals hold 80 %.
     *
     * @param slope for each factor e of training time, within the trials
     * @param laterSlope the same after the trials
     * @param noise standard deviation of a run
     */
    public record Curve(
            LearningCurves.Interval slope, LearningCurves.Interval laterSlope, LearningCurves.Interval noise) {
        static Curve of(LearningCurves curves) {
            return new Curve(curves.slope(), curves.laterSlope(), curves.deviation());
        }
    }

    /**
     * What is predicted of a candidate.
     *
     * @param settings of the candidate
     * @param rounds trials that it had
     * @param figures median and 80 % interval at the budget: {@code percent_error} and {@code loss}, and {@code accuracy}
     *     or {@code infonce}; what cannot be predicted is missing
     * @param probabilityOfBest that its expected score is the best
     */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    public record Prediction(
            Candidate settings,
            int rounds,
            Map<String, LearningCurves.Interval> figures,
            OptionalDouble probabilityOfBest) {}

    /** Returns the recommended candidate. */
    public Candidate recommendedCandidate() {
        return candidates.get(recommended).settings();
    }
}

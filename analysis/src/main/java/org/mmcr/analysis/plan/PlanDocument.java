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
 * @param usedSeconds wall time of all trials
 * @param laws fitted laws, by figure
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
        Map<String, Law> laws,
        List<Prediction> candidates,
        int recommended,
        boolean certain,
        List<String> words,
        List<PlanTrial> trials) {

    /**
     * A fitted law; intervals hold 80 %.
     *
     * @param exponent c
     * @param offset e, the error of endless training
     * @param noise standard deviation of a run
     */
    public record Law(ScalingLaw.Interval exponent, ScalingLaw.Interval offset, ScalingLaw.Interval noise) {
        static Law of(ScalingLaw law) {
            return new Law(law.exponent(), law.offset(), law.deviation());
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
            Map<String, ScalingLaw.Interval> figures,
            OptionalDouble probabilityOfBest) {}

    /** Returns the recommended candidate. */
    public Candidate recommendedCandidate() {
        return candidates.get(recommended).settings();
    }
}

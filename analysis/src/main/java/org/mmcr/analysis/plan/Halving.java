package org.mmcr.analysis.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Successive halving (Jamieson and Talwalkar 2016): all candidates get a short trial, the better half a trial twice as
 * long, and so on; every round takes the same time.
 *
 * @param candidates number of candidates in the first round
 */
record Halving(int candidates) {
    private static final int MOST_ROUNDS = 4;

    /** Number of rounds; the last one has one candidate if there are at most eight. */
    int rounds() {
        int halvings = 31 - Integer.numberOfLeadingZeros(candidates);
        return Math.min(MOST_ROUNDS, halvings + 1);
    }

    /** Number of candidates in a round. */
    int size(int round) {
        return Math.max(1, candidates >> round);
    }

    /** Returns the candidates with the best trials of a round that go on, best first; a diverged one never does. */
    List<Integer> survivors(int round, List<PlanTrial> trials) {
        List<PlanTrial> scored = new ArrayList<>(trials.stream()
                .filter(trial -> trial.round() == round && trial.score().isPresent())
                .toList());
        scored.sort(
                Comparator.comparingDouble((PlanTrial trial) -> -trial.score().getAsDouble())
                        .thenComparingInt(PlanTrial::candidate));
        return scored.stream().limit(size(round + 1)).map(PlanTrial::candidate).toList();
    }

    /**
     * Returns the seconds of training of the next trial, so that all trials fit; a round after it takes as long as its
     * own. Returns 0 or less if no time is left beyond the overhead.
     *
     * @param left seconds for all trials that are left
     * @param round of the next trial
     * @param trials number of trials in this round
     * @param done trials of this round that are done
     * @param overhead seconds that an earlier trial took beyond its training
     */
    double trainingSeconds(double left, int round, int trials, int done, double overhead) {
        double slot = left / ((rounds() - round - 1.0) * trials + trials - done);
        return Math.min(left - overhead, Math.max(0.1 * slot, slot - overhead));
    }
}

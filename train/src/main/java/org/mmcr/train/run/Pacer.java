package org.mmcr.train.run;

import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * The progress of a run through its budget. With a budget in steps or epochs it depends on the step alone, so a
 * repeated run repeats it. With minutes it is the fraction of the time used; the time of one more step and of the last
 * checkpoint is reserved. Thread-safe.
 */
final class Pacer {
    private final Budget budget;
    private final OptionalLong totalSteps;
    private final double secondsBefore;
    private final LongSupplier nanos;
    private final long startNanos;
    private double checkpointSeconds;
    private double stepSeconds;

    /**
     * Starts the clock.
     *
     * @param secondsBefore seconds used by earlier parts of the run
     * @param nanos a clock in nanoseconds
     */
    Pacer(Budget budget, long stepsPerEpoch, double secondsBefore, LongSupplier nanos) {
        this.budget = budget;
        this.totalSteps = budget.totalSteps(stepsPerEpoch);
        this.secondsBefore = secondsBefore;
        this.nanos = nanos;
        this.startNanos = nanos.getAsLong();
    }

    /** Seconds since the start of the run, earlier parts included. */
    double elapsed() {
        return secondsBefore + (nanos.getAsLong() - startNanos) * 1e-9;
    }

    OptionalLong totalSteps() {
        return totalSteps;
    }

    synchronized void recordStep(double seconds) {
        stepSeconds = stepSeconds == 0 ? seconds : 0.9 * stepSeconds + 0.1 * seconds;
    }

    synchronized void recordCheckpoint(double seconds) {
        checkpointSeconds = Math.max(checkpointSeconds, seconds);
    }

    /** The fraction of the budget used before a zero-based step. */
    synchronized double progress(long step) {
        double used = totalSteps.isPresent() ? step / (double) totalSteps.getAsLong() : elapsed() / usableSeconds();
        return Math.max(0, Math.min(1, used));
    }

    /** Whether the budget leaves no room for a zero-based step. */
    synchronized boolean done(long step) {
        if (totalSteps.isPresent()) {
            return step >= totalSteps.getAsLong();
        }
        return elapsed() + stepSeconds > usableSeconds();
    }

    private double usableSeconds() {
        double whole = 60 * budget.minutes().orElseThrow();
        return Math.max(0.5 * whole, whole - 1.2 * checkpointSeconds);
    }
}

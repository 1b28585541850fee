package org.mmcr.train.evaluate;

/** A receiver of the progress of an evaluation, called on its thread. */
public interface EvaluationListener {
    /** Ignores everything. */
    EvaluationListener NONE = new EvaluationListener() {};

    /** A stage begins, for example {@code trained encoder: training pictures}. */
    default void stage(String name) {}

    /** {@code done} of {@code total} samples of the current stage are finished. */
    default void progress(int done, int total) {}

    /** A part was left out; the message says which and why. */
    default void skipped(String message) {}

    /** The linear probe was fitted to the trained encoder's features. */
    default void probe(LinearHead head) {}
}

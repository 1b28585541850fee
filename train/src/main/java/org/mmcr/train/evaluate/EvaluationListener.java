package org.mmcr.train.evaluate;

/** Told how an evaluation comes along, on the calling thread. */
public interface EvaluationListener {
    /** Hears nothing. */
    EvaluationListener NONE = new EvaluationListener() {};

    /** A part begins, for example {@code trained encoder: training pictures}. */
    default void stage(String name) {}

    /** {@code done} of {@code total} pictures of the current stage have their features. */
    default void progress(int done, int total) {}

    /** The linear probe that was fitted to the trained encoder's features, ready to be kept. */
    default void probe(LinearHead head) {}
}

package org.mmcr.run;

import java.nio.file.Path;

/** What a trainer tells while it works; called on the training thread, so an answer should be quick. */
public interface TrainListener {
    /** Hears nothing. */
    TrainListener NONE = new TrainListener() {};

    default void started(TrainStart start) {}

    default void step(StepMetrics metrics) {}

    default void warning(String message) {}

    default void knn(KnnPoint point) {}

    default void checkpoint(Path folder) {}
}

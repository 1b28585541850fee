package org.mmcr.train.run;

import java.nio.file.Path;
import org.apiguardian.api.API;
import org.mmcr.train.distributed.CommunicationStats;

/** What a trainer tells while it works; called on the training thread, so an answer should be quick. */
@API(status = API.Status.STABLE)
public interface TrainListener {
    /** Hears nothing. */
    TrainListener NONE = new TrainListener() {};

    /** Tells everything to both, the first one first. */
    static TrainListener both(TrainListener first, TrainListener second) {
        return new TrainListener() {
            @Override
            public void started(TrainStart start) {
                first.started(start);
                second.started(start);
            }

            @Override
            public void step(StepMetrics metrics) {
                first.step(metrics);
                second.step(metrics);
            }

            @Override
            public void warning(String message) {
                first.warning(message);
                second.warning(message);
            }

            @Override
            public void knn(KnnPoint point) {
                first.knn(point);
                second.knn(point);
            }

            @Override
            public void exchanged(CommunicationStats traffic, long steps) {
                first.exchanged(traffic, steps);
                second.exchanged(traffic, steps);
            }

            @Override
            public void checkpoint(Path folder) {
                first.checkpoint(folder);
                second.checkpoint(folder);
            }
        };
    }

    /** Training begins, or goes on. */
    default void started(TrainStart start) {}

    /** A step is done. */
    default void step(StepMetrics metrics) {}

    /** Something that the user should know; training goes on. */
    default void warning(String message) {}

    /** The monitor has measured. */
    default void knn(KnnPoint point) {}

    /** At the end of a run of several processes: what this one handed to the others in so many steps. */
    default void exchanged(CommunicationStats traffic, long steps) {}

    /** The run has saved itself in this folder. */
    default void checkpoint(Path folder) {}
}

package org.mmcr.train.run;

import java.nio.file.Path;
import org.apiguardian.api.API;
import org.mmcr.train.distributed.CommunicationStats;

/** A receiver of the events of a run. It is called on the training thread, so it should return quickly. */
@API(status = API.Status.STABLE)
public interface TrainListener {
    /** Ignores all events. */
    TrainListener NONE = new TrainListener() {};

    /** Passes every event to both, the first one first. */
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
            public void quality(QualityPoint point) {
                first.quality(point);
                second.quality(point);
            }

            @Override
            public void exchanged(CommunicationStats stats, long steps) {
                first.exchanged(stats, steps);
                second.exchanged(stats, steps);
            }

            @Override
            public void profiled(StepProfile profile) {
                first.profiled(profile);
                second.profiled(profile);
            }

            @Override
            public void checkpoint(Path folder) {
                first.checkpoint(folder);
                second.checkpoint(folder);
            }
        };
    }

    /** Training starts or continues. */
    default void started(TrainStart start) {}

    /** A step has finished. */
    default void step(StepMetrics metrics) {}

    /** A warning for the user; training continues. */
    default void warning(String message) {}

    /** The monitor has measured the kNN accuracy. */
    default void knn(KnnPoint point) {}

    /** The quality without labels has been measured. */
    default void quality(QualityPoint point) {}

    /** A run of several processes has ended; {@code stats} of this one cover {@code steps} steps. */
    default void exchanged(CommunicationStats stats, long steps) {}

    /** A run with {@link Trainer#profiled} has ended, or a part of it that began with the last start. */
    default void profiled(StepProfile profile) {}

    /** A checkpoint has been saved in this folder. */
    default void checkpoint(Path folder) {}
}

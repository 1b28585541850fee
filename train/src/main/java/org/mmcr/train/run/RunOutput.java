package org.mmcr.train.run;

import java.nio.file.Path;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** What a run leaves in its folder while it trains: logs and checkpoints. Of several processes only the first has files. */
sealed interface RunOutput extends AutoCloseable {

    /** The end of an epoch; embeddings (N*K, D) of its last batch. */
    void epoch(int epoch, Map<String, Double> figures, Tensor embeddings);

    void step(StepMetrics metrics);

    void knn(KnnPoint point);

    void saveIfDue();

    /** Saves unless this step is saved already, and says where. */
    Path saveIfMissing(boolean done);

    @Override
    void close();

    /** A process that writes nothing. */
    record Silent(RunDirectory run, TrainingState state) implements RunOutput {
        @Override
        public void epoch(int epoch, Map<String, Double> figures, Tensor embeddings) {
            // The first process writes it.
        }

        @Override
        public void step(StepMetrics metrics) {
            // The first process writes it.
        }

        @Override
        public void knn(KnnPoint point) {
            // The first process measures it.
        }

        @Override
        public void saveIfDue() {
            // The first process saves.
        }

        @Override
        public Path saveIfMissing(boolean done) {
            return run.checkpoint(state.step());
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }

    /** The run's folder. */
    final class Files implements RunOutput {
        private final PretrainConfig config;
        private final TrainingState state;
        private final TrainListener listener;
        private final Checkpointer saver;
        private final MetricsLog metrics;
        private final EpochLog epochs;
        private final MetricsLog knn;

        Files(
                PretrainConfig config,
                RunDirectory run,
                TrainingState state,
                long stepsPerEpoch,
                Pacer pacer,
                TrainListener listener) {
            this.config = config;
            this.state = state;
            this.listener = listener;
            saver = new Checkpointer(config.checkpoint(), run, state, pacer, listener);
            metrics = MetricsLog.open(run.metrics(), state.step());
            epochs = EpochLog.open(run, state.step(), stepsPerEpoch);
            knn = MetricsLog.open(run.monitor(), state.step());
        }

        @Override
        public void epoch(int epoch, Map<String, Double> figures, Tensor embeddings) {
            epochs.step(state.step(), epoch, figures, embeddings, config.views());
        }

        @Override
        public void step(StepMetrics taken) {
            metrics.add(taken);
            listener.step(taken);
        }

        @Override
        public void knn(KnnPoint point) {
            knn.add(point);
            listener.knn(point);
        }

        @Override
        public void saveIfDue() {
            if (saver.due()) {
                metrics.force();
                saver.save(false);
            }
        }

        @Override
        public Path saveIfMissing(boolean done) {
            metrics.force();
            return saver.saveIfMissing(done);
        }

        @Override
        public void close() {
            metrics.close();
            epochs.close();
            knn.close();
        }
    }
}

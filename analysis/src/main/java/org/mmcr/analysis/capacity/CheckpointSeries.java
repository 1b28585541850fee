package org.mmcr.analysis.capacity;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.mmcr.core.MmcrException;
import org.mmcr.core.capacity.CapacityProgress;
import org.mmcr.data.DataSource;
import org.mmcr.train.encoder.ComputeDevice;
import org.mmcr.train.run.RunDirectory;
import org.mmcr.train.run.TrainedModel;

/**
 * Capacity of the classes of labelled pictures in the features of every checkpoint that a run keeps, on the same
 * pictures and directions. Step 0 are the random initial weights, unless the run started from a file of weights.
 *
 * @param most largest number of pictures of a class
 * @param project largest number of features; more are projected to it at random
 * @param seed seed of the choice of pictures and of the projection
 * @param device computes the features
 */
public record CheckpointSeries(int most, int project, long seed, int threads, ComputeDevice device) {

    /**
     * Measures all checkpoints.
     *
     * @param series receives them
     * @throws MmcrException if the run has none
     */
    public CapacitySeries measure(
            RunDirectory run, DataSource data, SeriesMeasurement series, CapacityProgress progress) {
        List<Path> checkpoints = run.allCheckpoints();
        if (checkpoints.isEmpty()) {
            throw new MmcrException(
                    "expected a checkpoint in " + run.checkpoints() + ", found none; let the run take its first step");
        }
        for (int i = 0; i < checkpoints.size(); i++) {
            progress.at("checkpoints", i, checkpoints.size());
            TrainedModel model = TrainedModel.ofCheckpoint(checkpoints.get(i)).on(device);
            if (i == 0 && model.config().model().init().isEmpty() && model.step() > 0) {
                add(run, model.untrained(), data, series);
            }
            add(run, model, data, series);
        }
        progress.at("checkpoints", checkpoints.size(), checkpoints.size());
        return series.result();
    }

    private void add(RunDirectory run, TrainedModel model, DataSource data, SeriesMeasurement series) {
        LayerProfile.features(
                model.features(),
                data,
                new LayerProfile.Setting(
                        model.view(),
                        model.config().precision(),
                        most,
                        project,
                        seed,
                        threads,
                        (classes, progress) -> series.add(run.toString(), Optional.of(model.step()), classes)),
                CapacityProgress.NONE);
    }
}

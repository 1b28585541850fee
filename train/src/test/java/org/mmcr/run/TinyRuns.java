package org.mmcr.run;

import java.nio.file.Path;
import java.util.List;

/** Runs that take milliseconds a step: an 8-channel encoder on 8-pixel views. */
final class TinyRuns {
    private TinyRuns() {}

    /** Twelve steps of 8 pictures x 2 views in float32 with Muon; checkpoints by steps only where a test asks for them. */
    static PretrainConfig config() {
        return PretrainConfig.defaults()
                .with("batch", "8")
                .with("views", "2")
                .with("view.recipes", "[{base: cifar, size: 8}]")
                .with("model.encoder", "{type: fast, stemWidth: 4, widths: [8], blocks: [1], strides: [2]}")
                .with("model.projector.widths", "[16, 4]")
                .with("precision", "fp32")
                .with("threads", "1")
                .with("loaderThreads", "1")
                .with("checkpoint.minutes", "0")
                .withBudget(Budget.ofSteps(12));
    }

    static TrainSummary train(PretrainConfig config, Path folder) {
        return new Trainer(config, new SyntheticPictures(40), RunDirectory.create(folder), TrainListener.NONE).run();
    }

    /** The losses in the metrics of a run's folder, first step first. */
    static List<Double> losses(Path folder) {
        return MetricsLog.read(RunDirectory.open(folder).metrics()).stream()
                .map(StepMetrics::loss)
                .toList();
    }
}

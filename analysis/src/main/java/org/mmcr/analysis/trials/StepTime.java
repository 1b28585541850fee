package org.mmcr.analysis.trials;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.mmcr.data.DataSource;
import org.mmcr.data.io.TemporaryFolder;
import org.mmcr.train.run.Budget;
import org.mmcr.train.run.PretrainConfig;
import org.mmcr.train.run.RunDirectory;
import org.mmcr.train.run.StepMetrics;
import org.mmcr.train.run.TrainListener;
import org.mmcr.train.run.Trainer;

/** The time of a training step here and now. */
public final class StepTime {
    private static final int STEPS = 4;

    private StepTime() {}

    /** Returns the seconds of the fastest of {@value #STEPS} steps after the first, taken in a temporary folder. */
    public static double seconds(PretrainConfig config, DataSource data) {
        List<Double> seconds = new ArrayList<>();
        TrainListener watch = new TrainListener() {
            @Override
            public void step(StepMetrics metrics) {
                seconds.add(metrics.seconds());
            }
        };
        try (TemporaryFolder folder = new TemporaryFolder()) {
            PretrainConfig few = config.withBudget(Budget.ofSteps(STEPS))
                    .with("monitor.steps", "0")
                    .with("quality.steps", "0");
            new Trainer(few, data, RunDirectory.create(folder.path().resolve("run")), watch).run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return seconds.stream().skip(1).mapToDouble(Double::doubleValue).min().orElseThrow();
    }
}

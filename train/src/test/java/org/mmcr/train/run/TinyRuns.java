package org.mmcr.train.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.data.DataSource;
import org.mmcr.data.DataSources;
import org.mmcr.data.VectorSource;

/** Runs that take milliseconds a step: an 8-channel encoder on 8-pixel views. */
final class TinyRuns {
    private TinyRuns() {}

    /**
     * Twelve steps of 8 pictures x 2 views in float32 with Muon; checkpoints by steps only where a test asks for them.
     */
    static PretrainConfig config() {
        return PretrainConfig.defaults()
                .with("batch", "8")
                .with("views", "2")
                .with("view.recipes", "[{base: cifar, size: 8}]")
                .with(
                        "model.encoder",
                        "{type: fast, stemWidth: 4, widths: [8], blocks: [1], strides: [2], headWidth: 0}")
                .with("model.projector.widths", "[16, 4]")
                .with("precision", "fp32")
                .with("threads", "1")
                .with("loaderThreads", "1")
                .with("checkpoint.minutes", "0")
                .withBudget(Budget.ofSteps(12));
    }

    /** The same on tables, with an MLP. */
    static PretrainConfig tableConfig() {
        return config().with("view.recipes", "[vectors]").with("model.encoder", "{type: mlp, widths: [16, 8]}");
    }

    /** 60 rows of six columns in three classes. */
    static VectorSource table() {
        Random random = new Random(3);
        float[][] rows = new float[60][6];
        List<String> labels = new ArrayList<>();
        for (int r = 0; r < rows.length; r++) {
            for (int c = 0; c < 6; c++) {
                rows[r][c] = (float) (10 * c + (r % 3 == c ? 5 : 0) + random.nextGaussian());
            }
            labels.add("class" + r % 3);
        }
        return DataSources.vectors("table", List.of("a", "b", "c", "d", "e", "f"), rows, labels);
    }

    static TrainingTotals train(PretrainConfig config, Path folder) {
        return new Trainer(config, FourColours.of(40), RunDirectory.create(folder), TrainListener.NONE).run();
    }

    /** The values of a key in the metrics of a run's folder, first step first. */
    static List<Double> metrics(Path folder, String key) {
        try {
            List<Double> values = new ArrayList<>();
            for (String line : Files.readAllLines(RunDirectory.open(folder).metrics())) {
                values.add(new ObjectMapper().readTree(line).required(key).asDouble());
            }
            return values;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The losses in the metrics of a run's folder, first step first. */
    static List<Double> losses(Path folder) {
        return metrics(folder, "loss");
    }

    /** Trains in a new folder and requests a stop after a number of steps. */
    static void stopAfter(long steps, PretrainConfig config, DataSource data, Path folder) {
        Trainer[] trainer = new Trainer[1];
        TrainListener stopper = new TrainListener() {
            @Override
            public void step(StepMetrics metrics) {
                if (metrics.step() == steps) {
                    trainer[0].requestStop();
                }
            }
        };
        trainer[0] = new Trainer(config, data, RunDirectory.create(folder), stopper);
        TrainingTotals totals = trainer[0].run();
        assertThat(totals.finished()).isFalse();
        assertThat(totals.steps()).isEqualTo(steps);
    }

    /** The sums of all parameters and buffers of the trained model in a run's folder. */
    static List<Double> weights(Path folder) {
        return sums(TrainedModel.load(RunDirectory.open(folder)));
    }

    static List<Double> sums(TrainedModel trained) {
        return trained.model().state().values().stream()
                .map(tensor -> tensor.to(ScalarType.Double).sum().item_double())
                .toList();
    }
}

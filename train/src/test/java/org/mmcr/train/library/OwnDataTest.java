package org.mmcr.train.library;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.data.DataSource;
import org.mmcr.data.Picture;
import org.mmcr.data.PictureSource;
import org.mmcr.train.run.Budget;
import org.mmcr.train.run.PretrainConfig;
import org.mmcr.train.run.RunDirectory;
import org.mmcr.train.run.StepMetrics;
import org.mmcr.train.run.TrainListener;
import org.mmcr.train.run.TrainedModel;
import org.mmcr.train.run.Trainer;
import org.mmcr.train.run.TrainingTotals;

class OwnDataTest {
    @TempDir
    private Path temp;

    // [source]
    /** Pictures that a program already has: any thread may ask for any of them at any time. */
    record Frames(List<Picture> frames) implements PictureSource {
        @Override
        public int size() {
            return frames.size();
        }

        @Override
        public Picture picture(int index) {
            return frames.get(index); // height, width, and height * width * 3 bytes of red, green and blue
        }

        @Override
        public String name(int index) {
            return "frame-" + index;
        }

        @Override
        public String location() {
            return "frames in memory";
        }

        @Override
        public String fingerprint() {
            int hash = 1; // a run resumes only on data of the same fingerprint
            for (Picture frame : frames) {
                hash = 31 * hash + Arrays.hashCode(frame.rgb());
            }
            return "frames-" + Integer.toHexString(hash);
        }
    }
    // [end]

    private static List<Picture> noise(int count) {
        Random random = new Random(3);
        List<Picture> frames = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] rgb = new byte[12 * 12 * 3];
            random.nextBytes(rgb);
            frames.add(new Picture(12, 12, rgb));
        }
        return frames;
    }

    @Test
    void pretrain_ownSourceAndListener_leavesARunThatLoads() {
        List<Picture> frames = noise(40);
        Path folder = temp.resolve("run");
        List<Double> losses = new ArrayList<>();
        // [pretrain]
        PretrainConfig config = PretrainConfig.defaults() // or PretrainConfig.read(Path.of("my.yaml"))
                .with("batch", "8")
                .with("view.recipes", "[{base: cifar, size: 8}]")
                .with("model.encoder", "{type: fast, stemWidth: 4, widths: [8], blocks: [1], strides: [2]}")
                .with("model.projector.widths", "[16, 4]")
                .withBudget(Budget.ofSteps(5));
        TrainListener listener = new TrainListener() {
            @Override
            public void step(StepMetrics metrics) { // on the training thread: be quick
                losses.add(metrics.loss());
            }
        };
        try (DataSource data = new Frames(frames)) {
            TrainingTotals totals = new Trainer(config, data, RunDirectory.create(folder), listener).run();
            TrainedModel trained = TrainedModel.load(RunDirectory.open(folder)); // encoder, projector, configuration
            // [end]
            assertThat(totals.finished()).isTrue();
            assertThat(trained.step()).isEqualTo(5);
        }
        assertThat(losses).hasSize(5).allSatisfy(loss -> assertThat(loss).isNegative());
        assertThat(Files.exists(folder.resolve("metrics.jsonl"))).isTrue();
    }
}

package org.mmcr.analysis.trials;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.data.TestPictures;
import org.mmcr.train.run.Budget;
import org.mmcr.train.run.PretrainConfig;
import org.mmcr.train.run.RunDirectory;
import org.mmcr.train.run.TrainListener;
import org.mmcr.train.run.Trainer;
import org.mmcr.train.run.TrainingTotals;

class TrialTrainingTest {
    private static final int BLOCKS = 8192;

    @TempDir
    private Path temp;

    @Test
    void memory_withoutMeasurement_isZero() {
        TrialTraining training = new TrialTraining(RunDirectory.ofAnother(temp.resolve("run")));
        train(training);
        assertThat(training.memoryBytes()).isZero();
    }

    /** The block that stays keeps the allocator from returning the 512 MiB before it. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void memory_afterOtherWorkInTheProcess_isThatOfTheTraining() {
        train(new TrialTraining(RunDirectory.ofAnother(temp.resolve("first")))); // loads code, which takes memory
        List<Tensor> blocks = new ArrayList<>();
        for (int i = 0; i < BLOCKS; i++) {
            blocks.add(torch.ones(64 * 1024L / Float.BYTES));
        }
        System.gc(); // the Java heap has its size after a collection before and after
        long full = Pointer.physicalBytes();
        blocks.subList(0, BLOCKS - 1).forEach(Tensor::close);
        TrialTraining training = TrialTraining.measuringMemory(RunDirectory.ofAnother(temp.resolve("run")));
        assertThat(training.memoryBytes()).isZero();
        train(training);
        assertThat(training.memoryBytes()).isPositive().isLessThan(full - (100L << 20));
        blocks.get(BLOCKS - 1).close();
    }

    private static void train(TrialTraining training) {
        training.train(config(), TestPictures.ofNoise(40, 8, 8), new Plain());
    }

    private static PretrainConfig config() {
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
                .withBudget(Budget.ofSteps(3));
    }

    /** Trains without showing anything. */
    private static final class Plain implements TrialProgress {
        @Override
        public TrainingTotals train(Function<TrainListener, Trainer> start) {
            return start.apply(TrainListener.NONE).run();
        }

        @Override
        public void trial(String text) {}
    }
}

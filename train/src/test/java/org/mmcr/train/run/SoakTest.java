package org.mmcr.train.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SoakTest {
    private static final long WARM = 60;
    private static final long END = 360;

    @TempDir
    Path folder;

    @Test
    void run_hundredsOfSteps_holdsNoMoreNativeObjectsThanAfterTheFirstOnes() {
        Map<Long, Long> held = new LinkedHashMap<>();
        Map<Long, Long> resident = new LinkedHashMap<>();
        TrainListener watcher = new TrainListener() {
            @Override
            public void step(StepMetrics metrics) {
                if (metrics.step() == WARM || metrics.step() == END) {
                    held.put(metrics.step(), Pointer.totalCount());
                    resident.put(metrics.step(), Pointer.physicalBytes());
                }
            }
        };
        PretrainConfig config = TinyRuns.config()
                .with("ema", "{decay: 0.99, target: true}")
                .with("clip", "1")
                .with("precision", "bf16")
                .with("checkpoint.steps", "100")
                .withBudget(Budget.ofSteps(END));
        new Trainer(config, FourColours.of(40), RunDirectory.create(folder), watcher).run();
        assertThat(held.get(END) - held.get(WARM)).isLessThanOrEqualTo(0);
        // The heap fills in the meantime; a step that leaked its activations would add far more.
        assertThat(resident.get(END) - resident.get(WARM)).isLessThan(200L << 20);
    }
}

package org.mmcr.train.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.data.TestPictures;
import org.mmcr.train.encoder.ComputeDevice;

class OnlineKnnTest {
    private static final int PICTURES = 40;
    private static final int HELD_OUT = 4;

    @TempDir
    private Path folder;

    /** Each picture is read once: were a held-out one in the bank too, it would be its own nearest neighbour. */
    @Test
    void measure_anyBank_holdsNoPictureThatIsClassified() {
        List<Integer> read = new CopyOnWriteArrayList<>();
        TestPictures data = FourColours.of(PICTURES).beforeReading(read::add);
        PretrainConfig config = TinyRuns.config()
                .with("monitor.steps", "1")
                .with("monitor.heldOut", String.valueOf(HELD_OUT))
                .with("monitor.bank", "1000");
        OnlineKnn monitor = OnlineKnn.plan(config, data, TrainListener.NONE, 1).orElseThrow();
        TrainingState state = TrainingState.begin(
                config, data, ComputeDevice.CPU, RunDirectory.create(folder), false, Optional.empty());
        read.clear();

        KnnPoint point = monitor.measure(state, 0).orElseThrow();

        assertThat(point.bank()).isEqualTo(PICTURES - HELD_OUT);
        assertThat(read)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, PICTURES).boxed().toList());
        List<Integer> bank = read.subList(0, PICTURES - HELD_OUT);
        assertThat(bank)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.of(monitor.trainingSamples()).boxed().toList());
    }
}

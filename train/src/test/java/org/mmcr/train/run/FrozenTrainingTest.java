package org.mmcr.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.core.MmcrException;

/** Runs with frozen blocks and a learning rate for each block. */
class FrozenTrainingTest {
    private static final PretrainConfig CONFIG = TinyRuns.config()
            .with("model.freeze", "[stem]")
            .with("optimizer.layerDecay", "0.5")
            .with("ema.decay", "0.9");

    @TempDir
    Path folder;

    @Test
    void run_withFrozenStem_changesEverythingButTheStemAndTellsTheListener() {
        List<TrainStart> starts = new ArrayList<>();
        TrainListener listener = new TrainListener() {
            @Override
            public void started(TrainStart start) {
                starts.add(start);
            }
        };
        new Trainer(CONFIG, FourColours.of(40), RunDirectory.create(folder), listener).run();
        TrainedModel trained = TrainedModel.load(RunDirectory.open(folder));
        Map<String, Double> initial = sums(trained.untrained());
        sums(trained).forEach((name, sum) -> {
            if (name.startsWith("encoder.stem")) {
                assertThat(sum).as(name).isEqualTo(initial.get(name));
            } else if (!name.endsWith("num_batches_tracked")) {
                assertThat(sum).as(name).isNotEqualTo(initial.get(name));
            }
        });
        assertThat(starts.get(0).frozen()).containsExactly("stem");
        assertThat(starts.get(0).frozenParameters()).isEqualTo(4 * 3 * 9 + 4 + 4);
    }

    @Test
    void run_stoppedAndResumed_givesTheNumbersOfAnUninterruptedRun() {
        TinyRuns.train(CONFIG, folder.resolve("whole"));
        Path parts = folder.resolve("parts");
        TinyRuns.stopAfter(5, CONFIG, FourColours.of(40), parts);
        Trainer.resume(RunDirectory.open(parts), FourColours.of(40), TrainListener.NONE)
                .run();
        assertThat(TinyRuns.losses(parts)).isEqualTo(TinyRuns.losses(folder.resolve("whole")));
        assertThat(TinyRuns.weights(parts)).isEqualTo(TinyRuns.weights(folder.resolve("whole")));
        TinyRuns.train(CONFIG.with("optimizer.layerDecay", "1"), folder.resolve("other"));
        assertThat(TinyRuns.losses(folder.resolve("other"))).isNotEqualTo(TinyRuns.losses(parts));
    }

    @Test
    void run_withAPatternThatMatchesNothing_fails() {
        assertThatThrownBy(() -> TinyRuns.train(TinyRuns.config().with("model.freeze", "[stage7]"), folder))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("found 'stage7'")
                .hasMessageContaining("stem, stage1.block1, projector");
    }

    private static Map<String, Double> sums(TrainedModel model) {
        Map<String, Double> sums = new HashMap<>();
        model.model()
                .state()
                .forEach((name, tensor) -> sums.put(
                        name, tensor.to(ScalarType.Double).square().sum().item_double()));
        return sums;
    }
}

package org.mmcr.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.train.encoder.EmbeddingModel;
import org.mmcr.train.encoder.ModelState;

/** Runs that train low-rank adapters. */
class AdaptedTrainingTest {
    private static final PretrainConfig CONFIG = TinyRuns.config()
            .with("model.encoder", "{type: vit-tiny, size: 8, patch: 4, width: 12}")
            .with("model.adapt", "{rank: 2, alpha: 4}")
            .with("optimizer.type", "adamw")
            .with("ema.decay", "0.9")
            .withBudget(Budget.ofSteps(20));

    @TempDir
    Path folder;

    @Test
    void run_withAdapters_keepsTheBaseWeightsBitForBitAndTheOptimizerHasAdaptersAlone() throws IOException {
        List<TrainStart> starts = new ArrayList<>();
        TrainListener listener = new TrainListener() {
            @Override
            public void started(TrainStart start) {
                starts.add(start);
            }
        };
        new Trainer(CONFIG, FourColours.of(40), RunDirectory.create(folder), listener).run();
        RunDirectory run = RunDirectory.open(folder);
        Path checkpoint = run.latestCheckpoint().orElseThrow();
        EmbeddingModel start =
                EmbeddingModel.create(CONFIG.model().encoder(), CONFIG.model().projector(), CONFIG.seed());
        Adaptation told = starts.get(0).adaptation().orElseThrow();
        try (PointerScope scope = new PointerScope();
                ModelState model = ModelState.open(checkpoint.resolve("model.safetensors"));
                ModelState average = ModelState.open(checkpoint.resolve("average.safetensors"));
                ModelState optimizer = ModelState.open(checkpoint.resolve("optimizer.safetensors"))) {
            start.encoder().state().forEach((name, values) -> {
                assertThat(model.read("encoder." + name).equal(values)).as(name).isTrue();
                assertThat(average.read("encoder." + name).equal(values))
                        .as(name)
                        .isTrue();
            });
            List<String> adapters = model.names().stream()
                    .filter(name -> name.contains(".lora_"))
                    .toList();
            assertThat(adapters).hasSize(2 * 24);
            assertThat(adapters)
                    .allSatisfy(name -> assertThat(model.read(name).abs().max().item_double())
                            .as(name)
                            .isPositive());
            long trained = model.names().stream()
                    .filter(name -> name.contains(".lora_") || name.startsWith("projector."))
                    .filter(name -> !name.contains("running_") && !name.contains("num_batches"))
                    .mapToLong(name -> model.read(name).numel())
                    .sum();
            assertThat(optimizer.names())
                    .allMatch(name -> name.contains(".lora_") || name.startsWith("projector.") || !name.contains("."));
            long kept = optimizer.names().stream()
                    .filter(name -> name.contains("."))
                    .mapToLong(name -> optimizer.read(name).numel())
                    .sum();
            assertThat(kept).as("AdamW keeps two numbers for each trained one").isEqualTo(2 * trained);
            assertThat(told.parameters()).isEqualTo(trained);
            assertThat(told.layers()).isEqualTo(24);
            assertThat(told.allParameters())
                    .isEqualTo(start.parameters().values().stream()
                            .mapToLong(Tensor::numel)
                            .sum());
        }
        assertThat(RunReport.read(run).adapters()).contains(told);
    }

    @Test
    void load_ofAnAdaptedRun_hasTheAdaptersInItsWeights() throws IOException {
        TinyRuns.train(CONFIG.with("ema.decay", "0"), folder);
        TrainedModel trained = TrainedModel.load(RunDirectory.open(folder));
        Map<String, Tensor> initial = trained.untrained().model().state();
        assertThat(trained.model().state().keySet()).isEqualTo(initial.keySet());
        try (PointerScope scope = new PointerScope();
                ModelState saved = ModelState.open(trained.checkpoint().resolve("model.safetensors"))) {
            Map<String, Boolean> changed = new LinkedHashMap<>();
            trained.model().encoder().state().forEach((name, values) -> {
                changed.put(name, !values.equal(initial.get("encoder." + name)));
                if (name.equals("blocks.5.attn.proj.weight")) {
                    Tensor update = saved.read("encoder." + name + ".lora_b")
                            .matmul(saved.read("encoder." + name + ".lora_a"))
                            .mul(new Scalar(2));
                    Tensor expected = saved.read("encoder." + name).add(update);
                    assertThat(values.sub(expected).abs().max().item_double()).isLessThan(1e-7);
                }
            });
            changed.forEach((name, different) -> assertThat(different)
                    .as(name)
                    .isEqualTo(name.endsWith("attn.qkv.weight") || name.endsWith("attn.proj.weight")));
        }
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
    }

    @Test
    void run_withEveryAdapterFrozen_fails() {
        assertThatThrownBy(
                        () -> CONFIG.with("model.freeze", "[encoder]").model().frozenBlocks())
                .hasMessageContaining("found all of them frozen by encoder");
        assertThat(CONFIG.with("model.freeze", "['block[1-9]']").model().frozenBlocks())
                .hasSize(9);
    }
}

package org.mmcr.train.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mmcr.data.Fuzzer;
import org.mmcr.data.io.Json;
import org.mmcr.train.encoder.Encoder;
import org.mmcr.train.encoder.EncoderSpec;
import org.mmcr.train.encoder.EncoderWeights;
import org.mmcr.train.encoder.ModelState;
import org.mmcr.train.evaluate.LinearHead;
import org.mmcr.train.evaluate.Whitening;
import org.mmcr.train.finetune.FinetuneRecipe;

/** Damaged files of a run's folder, which is read and resumed, recipes and weights. */
@Tag("long")
class RunFuzzTest {
    private static final String RECIPE =
            "# mine\nbatch: 8\nview: {recipes: [{base: cifar, size: 8}]}\nbudget:\n  steps: 6\nprecision: fp32\n";

    @TempDir
    static Path made;

    @TempDir
    Path folder;

    @ParameterizedTest
    @MethodSource
    void file_damaged_isReadOrFailsInOneLine(Fuzzer.Target target) throws Exception {
        Fuzzer.run(target, folder);
    }

    static List<Fuzzer.Target> file_damaged_isReadOrFailsInOneLine() throws IOException {
        Path root = made.resolve("run");
        TinyRuns.train(TinyRuns.config().withBudget(Budget.ofSteps(3)), root);
        RunDirectory run = RunDirectory.open(root);
        Path checkpoint = run.latestCheckpoint().orElseThrow();
        return List.of(
                Fuzzer.Target.inPlaceOf(run.config(), 150, file -> run.readConfig()),
                new Fuzzer.Target(
                        "recipe.yaml",
                        200,
                        texts(RECIPE, Recipes.text("imagenet"), Recipes.text("vectors"), Recipes.text("byol")),
                        file -> Recipes.load(file.toString())),
                new Fuzzer.Target(
                        "finetune.yaml",
                        150,
                        texts(Recipes.text("finetune"), Recipes.text("finetune-imagenet-1")),
                        file -> FinetuneRecipe.load(file.toString(), PretrainConfig.defaults())),
                Fuzzer.Target.inPlaceOf(run.provenance(), 150, file -> RunReport.read(run)),
                Fuzzer.Target.inPlaceOf(checkpoint.resolve("state.json"), 100, file -> load(run)),
                Fuzzer.Target.inPlaceOf(checkpoint.resolve("model.safetensors"), 150, file -> load(run)),
                Fuzzer.Target.inPlaceOf(checkpoint.resolve("optimizer.safetensors"), 100, file -> resume(run)),
                Fuzzer.Target.inPlaceOf(
                        run.metrics(), 150, file -> JsonLinesLog.open(file, 2).close()),
                new Fuzzer.Target("weights.safetensors", 150, List.of(weights()), RunFuzzTest::open),
                index(),
                new Fuzzer.Target("probe.safetensors", 150, List.of(probe()), LinearHead::read),
                new Fuzzer.Target(
                        "whitening.safetensors",
                        150,
                        List.of(whitening()),
                        file -> Whitening.read(file).close()));
    }

    private static List<byte[]> texts(String... texts) {
        return Stream.of(texts)
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toList();
    }

    private static void load(RunDirectory run) {
        try (PointerScope scope = new PointerScope()) {
            TrainedModel.load(run);
        }
    }

    /** Resumes a run whose budget is used: its whole state is loaded and no step is taken. */
    private static void resume(RunDirectory run) {
        Trainer.resume(run, FourColours.of(40), TrainListener.NONE).run();
    }

    private static byte[] weights() throws IOException {
        Path file = made.resolve("weights.safetensors");
        EncoderSpec spec = TinyRuns.config().model().encoder();
        try (PointerScope scope = new PointerScope()) {
            ModelState.write(file, spec.build(1).state(), Map.of("mmcr.encoder", "{\"type\":\"fast\"}"));
        }
        return Files.readAllBytes(file);
    }

    private static void open(Path file) {
        try (PointerScope scope = new PointerScope();
                EncoderWeights weights = EncoderWeights.open(file)) {
            weights.spec();
            Encoder encoder = TinyRuns.config().model().encoder().build(1);
            weights.copyInto(encoder);
            weights.remarks(encoder);
        }
    }

    /** The index of weights in two files, which lie beside it. */
    private static Fuzzer.Target index() throws IOException {
        Map<String, String> owners = new TreeMap<>();
        Map<String, Map<String, Tensor>> shards = new TreeMap<>();
        try (PointerScope scope = new PointerScope()) {
            TinyRuns.config().model().encoder().build(1).state().forEach((name, tensor) -> {
                String shard = "model-0000" + (owners.size() % 2 + 1) + "-of-00002.safetensors";
                owners.put(name, shard);
                shards.computeIfAbsent(shard, one -> new TreeMap<>()).put(name, tensor);
            });
            for (Map.Entry<String, Map<String, Tensor>> shard : shards.entrySet()) {
                ModelState.write(made.resolve(shard.getKey()), shard.getValue(), Map.of());
            }
        }
        Path index = made.resolve("model.safetensors.index.json");
        Json.write(index, Map.of("weight_map", owners));
        return Fuzzer.Target.inPlaceOf(index, 150, RunFuzzTest::open);
    }

    private static byte[] whitening() throws IOException {
        Path file = made.resolve("whitening.safetensors");
        try (PointerScope scope = new PointerScope()) {
            Whitening.of(torch.randn(5, 3)).write(file, Map.of());
        }
        return Files.readAllBytes(file);
    }

    private static byte[] probe() throws IOException {
        Path file = made.resolve("probe.safetensors");
        new LinearHead(List.of("a", "b"), new float[] {1, 2, 3, 4}, new float[] {5, 6}).write(file, Map.of());
        return Files.readAllBytes(file);
    }
}

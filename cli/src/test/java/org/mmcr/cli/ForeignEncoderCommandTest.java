package org.mmcr.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mmcr.cli.CliRun.mmcr;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.analysis.export.SavedEncoder;
import org.mmcr.data.io.NpyFiles;
import org.mmcr.train.encoder.Activation;
import org.mmcr.train.encoder.Encoder;
import org.mmcr.train.encoder.ModelState;
import org.mmcr.train.encoder.NetworkChoice;
import org.mmcr.train.encoder.TensorNames;
import org.mmcr.train.encoder.TokenPool;
import org.mmcr.train.encoder.VisionTransformerSpec;
import org.mmcr.train.encoder.VisionTransformerSpec.Scale;

/** Weights of other libraries through the commands. */
@Tag("long")
class ForeignEncoderCommandTest {
    @TempDir
    private static Path folder;

    private static Path pictures;
    private static Path weights;

    @BeforeAll
    static void write() throws IOException {
        pictures = folder.resolve("pictures");
        CliPictures.write(pictures, 6, 1);
        VisionTransformerSpec spec = new VisionTransformerSpec(
                Scale.VIT_TINY, TensorNames.TIMM, 32, 16, 192, Activation.GELU, 1e-6, 0, 0, TokenPool.CLS, 0);
        weights = folder.resolve("vit.safetensors");
        try (PointerScope scope = new PointerScope()) {
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            spec.build(3).state().forEach((name, tensor) -> tensors.put("module.backbone." + name, tensor));
            tensors.put("module.backbone.head.weight", torch.zeros(10, 192));
            ModelState.write(weights, tensors, Map.of());
        }
    }

    @Test
    void embed_timmWeights_saysWhatWasRecognisedMappedAndLeftAside() {
        Path cls = folder.resolve("cls.npy");
        CliRun run = mmcr("embed", "--encoder", weights, "--size", 32, "--data", pictures, "--out", cls);
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.err().lines())
                .anyMatch(line -> line.startsWith("network: vit_tiny_patch16_224, by the names and shapes"))
                .anyMatch(line -> line.contains("prefix module.backbone. removed from 150 tensors"))
                .anyMatch(line -> line.endsWith("1 tensor: module.backbone.head.weight"))
                .anyMatch(line -> line.endsWith("--preprocess half"));
        Path mean = folder.resolve("mean.npy");
        CliRun named = mmcr(
                "embed",
                "--encoder",
                weights,
                "--arch",
                "vit_tiny_patch16_224",
                "--pool",
                "mean",
                "--preprocess",
                "half",
                "--size",
                32,
                "--data",
                pictures,
                "--out",
                mean);
        assertThat(named.code()).as(named.err()).isZero();
        assertThat(named.err()).doesNotContain("by the names and shapes", "as usual");
        assertThat(NpyFiles.readFloats(cls).shape())
                .isEqualTo(NpyFiles.readFloats(mean).shape());
        assertThat(NpyFiles.readFloats(cls).values())
                .isNotEqualTo(NpyFiles.readFloats(mean).values());
    }

    /** A stopped pass is continued under the provenance that began it, which another reading of the tokens has not. */
    @Test
    void embed_otherPool_hasAnotherProvenance() throws IOException {
        assertThat(provenanceOf("cls")).isNotEqualTo(provenanceOf("mean"));
    }

    /** What a Parquet file says of its encoder. */
    private static String provenanceOf(String pool) throws IOException {
        Path out = folder.resolve(pool + ".parquet");
        CliRun run =
                mmcr("embed", "--encoder", weights, "--pool", pool, "--size", 32, "--data", pictures, "--out", out);
        assertThat(run.code()).as(run.err()).isZero();
        String text = Files.readString(out, StandardCharsets.ISO_8859_1);
        Matcher encoder = Pattern.compile("\"encoder\":\"([^\"]+)\"").matcher(text);
        assertThat(encoder.find()).isTrue();
        return encoder.group(1);
    }

    @Test
    void pretrain_initOfTimm_trainsItAndExportsUnderTheSameNames() {
        Path run = folder.resolve("run");
        CliRun trained = mmcr(
                "pretrain",
                pictures,
                "--init",
                weights,
                "--arch",
                "vit_tiny_patch16_224",
                "--set",
                "model.encoder.pool=mean",
                "--steps",
                2,
                "--batch",
                2,
                "--views",
                2,
                "--size",
                64,
                "--out",
                run);
        assertThat(trained.code()).as(trained.err()).isZero();
        assertThat(trained.err()).contains("removed from 150 tensors");
        Path exported = folder.resolve("exported.safetensors");
        assertThat(mmcr("export", run, "--format", "safetensors", "--out", exported)
                        .code())
                .isZero();
        try (PointerScope scope = new PointerScope()) {
            Encoder before = encoder(weights);
            Encoder after = encoder(exported);
            assertThat(after.state().keySet()).isEqualTo(before.state().keySet());
            assertThat(((VisionTransformerSpec) after.spec()).pool()).isEqualTo(TokenPool.MEAN);
            double moved = after.state()
                    .get("blocks.11.mlp.fc2.weight")
                    .sub(before.state().get("blocks.11.mlp.fc2.weight"))
                    .abs()
                    .max()
                    .item_double();
            assertThat(moved).isBetween(1e-7, 0.1);
        }
    }

    private static Encoder encoder(Path file) {
        return SavedEncoder.load(file, NetworkChoice.fromFile(), Optional.empty(), view -> view)
                .encoder();
    }

    @Test
    void embed_wrongFilesAndOptions_saysWhatToDo() throws IOException {
        Path out = folder.resolve("x.npy");
        mmcr("embed", "--encoder", weights, "--arch", "resnet19", "--data", pictures, "--out", out)
                .assertIsWrongUsage("found resnet19; use one of resnet18,");
        mmcr("embed", "--encoder", weights, "--arch", "vit_b_16", "--data", pictures, "--out", out)
                .assertFailsWithOneLine("found those of vit_tiny_patch16_224");
        mmcr("embed", "--encoder", weights, "--stem", "cifar", "--data", pictures, "--out", out)
                .assertFailsWithOneLine("expected --stem with a ResNet");
        Path pickle = Files.write(folder.resolve("net.pt"), new byte[] {'P', 'K', 3, 4, 0, 0, 8, 8, 0, 0, 0, 0});
        CliRun refused = mmcr("embed", "--encoder", pickle, "--data", pictures, "--out", out);
        assertThat(refused.code()).isEqualTo(ExitCode.FAILED);
        assertThat(refused.err().lines()).hasSize(4);
        assertThat(refused.err()).contains("mmcr: expected a safetensors file", "torch.load(\"net.pt\"");
    }
}

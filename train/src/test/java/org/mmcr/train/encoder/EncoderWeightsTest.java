package org.mmcr.train.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.core.MmcrException;

class EncoderWeightsTest {
    private static final ResNetSpec SPEC = new ResNetSpec(ResNetSpec.Depth.RESNET18, ResNetSpec.Stem.CIFAR, 4, false);

    @TempDir
    private Path folder;

    @Test
    void copyInto_publicCheckpoint_leavesClassifierAsideAndForgivesOldCounters() throws IOException {
        Encoder saved = SPEC.build(1);
        Map<String, Tensor> tensors = new LinkedHashMap<>(saved.state());
        tensors.keySet().removeIf(name -> name.endsWith("num_batches_tracked"));
        tensors.put("fc.weight", torch.zeros(1000, 32));
        tensors.put("fc.bias", torch.zeros(1000));
        Encoder fresh = SPEC.build(2);
        try (EncoderWeights weights = EncoderWeights.open(write(tensors))) {
            assertThat(weights.remarks(fresh))
                    .singleElement()
                    .asString()
                    .endsWith("weights.safetensors: 2 tensors: fc.weight, fc.bias");
            assertThat(weights.spec()).isEmpty();
            weights.copyInto(fresh);
        }
        assertEqual(saved, fresh);
        assertThat(fresh.parameters().get("layer1.0.conv1.weight").is_contiguous(MemoryFormat.ChannelsLast))
                .isTrue();
    }

    @Test
    void copyInto_halfPrecision_isConverted() throws IOException {
        Encoder saved = SPEC.build(1);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        saved.state()
                .forEach((name, tensor) ->
                        tensors.put(name, tensor.is_floating_point() ? tensor.to(ScalarType.Half) : tensor));
        Encoder fresh = SPEC.build(2);
        try (EncoderWeights weights = EncoderWeights.open(write(tensors))) {
            weights.copyInto(fresh);
        }
        Tensor difference = fresh.state().get("conv1.weight").sub(saved.state().get("conv1.weight"));
        assertThat(difference.abs().max().item_double()).isBetween(1e-9, 1e-3);
    }

    @Test
    void copyInto_otherNetwork_listsMissingUnexpectedMisshapedAndMistypedAndChangesNothing() throws IOException {
        Map<String, Tensor> tensors = new LinkedHashMap<>(SPEC.build(1).state());
        tensors.remove("bn1.weight");
        tensors.put("norm_pre.weight", torch.zeros(2));
        tensors.put("conv1.weight", torch.zeros(4, 3, 7, 7));
        tensors.put("bn1.bias", torch.zeros(4).to(ScalarType.Int));
        Encoder fresh = SPEC.build(2);
        double before = fresh.state().get("layer1.0.conv1.weight").sum().item_double();
        try (EncoderWeights weights = EncoderWeights.open(write(tensors))) {
            assertThatThrownBy(() -> weights.copyInto(fresh))
                    .isInstanceOf(MmcrException.class)
                    .hasMessageContaining("missing 1 (bn1.weight)")
                    .hasMessageContaining("unexpected 1 (norm_pre.weight)")
                    .hasMessageContaining("conv1.weight is float[4, 3, 7, 7] instead of float[4, 3, 3, 3]")
                    .hasMessageContaining("bn1.bias is int[4] instead of float[4]")
                    .hasMessageContaining("weights.safetensors");
        }
        assertThat(fresh.state().get("layer1.0.conv1.weight").sum().item_double())
                .isEqualTo(before);
    }

    @Test
    void spec_ofOwnFile_isTheNetwork() throws IOException {
        for (EncoderSpec spec : new EncoderSpec[] {SPEC, SmallConvNetSpec.standard()}) {
            Path file = folder.resolve("own");
            ModelState.write(file, spec.build(1).state(), Map.of(EncoderWeights.SPEC, EncoderWeights.text(spec)));
            try (EncoderWeights weights = EncoderWeights.open(file)) {
                assertThat(weights.spec()).contains(spec);
            }
        }
        Path file = folder.resolve("odd");
        ModelState.write(file, Map.of(), Map.of(EncoderWeights.SPEC, "{\"type\": \"vgg\"}"));
        try (EncoderWeights weights = EncoderWeights.open(file)) {
            assertThatThrownBy(weights::spec).isInstanceOf(MmcrException.class).hasMessageContaining("vgg");
        }
    }

    /** Its network is the one that was exported, whatever the default recipe is now. */
    @Test
    void spec_ofAnOlderFileThatLacksSettings_hasNoneOfTheirFeatures() throws IOException {
        SmallConvNetSpec spec = EncoderShapeTest.concatenated(false, 0);
        String older = EncoderWeights.text(spec).replaceAll("\"(headConcat|earlyStages)\":\\w+,", "");
        assertThat(older).doesNotContain("headConcat", "earlyStages");
        Path file = folder.resolve("older.safetensors");
        ModelState.write(file, spec.build(1).state(), Map.of(EncoderWeights.SPEC, older));
        try (EncoderWeights weights = EncoderWeights.open(file)) {
            assertThat(weights.spec()).contains(spec);
        }
    }

    @Test
    void open_noFileOrAPyTorchArchive_reportsWhatToDo() throws IOException {
        Path none = folder.resolve("none");
        assertThatThrownBy(() -> EncoderWeights.open(none)).hasMessageContaining("found no file");
        Path archive = Files.write(folder.resolve("x.pth"), new byte[] {'P', 'K', 3, 4, 0, 0, 8, 8, 0, 0, 0, 0});
        assertThatThrownBy(() -> EncoderWeights.open(archive)).hasMessageContaining("safetensors.torch.save_file");
    }

    private Path write(Map<String, Tensor> tensors) throws IOException {
        Path file = folder.resolve("weights.safetensors");
        ModelState.write(file, tensors, Map.of());
        return file;
    }

    private static void assertEqual(Encoder expected, Encoder found) {
        expected.parameters()
                .forEach((name, tensor) -> assertThat(
                                tensor.equal(found.parameters().get(name)))
                        .as(name)
                        .isTrue());
    }
}

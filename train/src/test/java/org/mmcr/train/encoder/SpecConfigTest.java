package org.mmcr.train.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.mmcr.train.optim.AdamSpec;
import org.mmcr.train.optim.AdamWSpec;
import org.mmcr.train.optim.LarsSpec;
import org.mmcr.train.optim.MuonSpec;
import org.mmcr.train.optim.OptimizerSpec;
import org.mmcr.train.optim.SgdSpec;

/** JSON of the specifications, and the choice of precision. */
class SpecConfigTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    static List<EncoderSpec> encoders() {
        return List.of(
                new ResNetSpec(ResNetSpec.Depth.RESNET34, ResNetSpec.Stem.IMAGENET, 24, true),
                ResNetSpec.cifar(ResNetSpec.Depth.RESNET50),
                SmallConvNetSpec.standard(),
                VisionTransformerSpec.small(VisionTransformerSpec.Scale.VIT_LARGE)
                        .withActivation(Activation.QUICK_GELU),
                ConvNextSpec.of(ConvNextSpec.Scale.CONVNEXT_BASE, TensorNames.TORCHVISION),
                ResNetSpec.imagenet(ResNetSpec.Depth.RESNEXT101_32X8D),
                new MlpSpec(12, List.of(4, 5), Activation.SILU));
    }

    static List<OptimizerSpec> optimizers() {
        return List.of(
                AdamSpec.of(0.1, 0.2),
                AdamWSpec.of(0.3, 0.4),
                SgdSpec.of(0.5),
                LarsSpec.of(0.6),
                MuonSpec.of(0.7, 0.8));
    }

    @ParameterizedTest
    @MethodSource("encoders")
    void encoderSpec_toJsonAndBack_isEqual(EncoderSpec spec) throws JsonProcessingException {
        assertThat(JSON.readValue(JSON.writeValueAsString(spec), EncoderSpec.class))
                .isEqualTo(spec);
    }

    @ParameterizedTest
    @MethodSource("optimizers")
    void optimizerSpec_toJsonAndBack_isEqual(OptimizerSpec spec) throws JsonProcessingException {
        String text = JSON.writerFor(OptimizerSpec.class).writeValueAsString(spec);
        assertThat(JSON.readValue(text, OptimizerSpec.class)).isEqualTo(spec);
    }

    @ParameterizedTest
    @CsvSource({
        "GenuineIntel, avx512f avx512_bf16, FP32",
        "GenuineIntel, avx512f avx512_bf16 amx_bf16 amx_tile, BF16",
        "AuthenticAMD, avx512f avx512_bf16, BF16",
        "AuthenticAMD, avx2 fma, FP32"
    })
    void detect_processor_choosesWhatIsFastThere(String vendor, String flags, Precision expected) throws IOException {
        Path file = folder.resolve("cpuinfo");
        Files.writeString(
                file, "processor\t: 0\nvendor_id\t: " + vendor + "\nflags\t\t: fpu " + flags + "\n\nprocessor\t: 1\n");

        assertThat(Precision.detect(file)).isEqualTo(expected);
        assertThat(Precision.detect(folder.resolve("absent"))).isEqualTo(Precision.FP32);
    }

    @Test
    void autocast_closedAlsoAfterAFailure_isOffAgain() {
        try (Precision.Scope scope = Precision.BF16.autocast()) {
            assertThat(torch.is_autocast_enabled(DeviceType.CPU)).isTrue();
            try (Precision.Scope inner = Precision.FP32.autocast()) {
                assertThat(torch.is_autocast_enabled(DeviceType.CPU)).isFalse();
            }
            assertThat(torch.is_autocast_enabled(DeviceType.CPU)).isTrue();
        }
        assertThat(torch.is_autocast_enabled(DeviceType.CPU)).isFalse();
    }
}

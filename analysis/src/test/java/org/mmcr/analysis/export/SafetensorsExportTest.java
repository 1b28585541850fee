package org.mmcr.analysis.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mmcr.core.MmcrException;
import org.mmcr.data.views.PictureEvaluationView;
import org.mmcr.data.views.PictureViewRecipe;
import org.mmcr.objective.PointerScopeExtension;
import org.mmcr.train.encoder.EmbeddingModel;
import org.mmcr.train.encoder.ModelState;
import org.mmcr.train.encoder.NetworkChoice;
import org.mmcr.train.encoder.Precision;
import org.mmcr.train.encoder.ResNetSpec;
import org.mmcr.train.encoder.SmallConvNetSpec;
import org.mmcr.train.evaluate.LinearHead;

@ExtendWith(PointerScopeExtension.class)
class SafetensorsExportTest {
    private static final PictureEvaluationView VIEW = PictureEvaluationView.of(PictureViewRecipe.stl());

    @TempDir
    private Path folder;

    @Test
    void write_thenLoad_givesTheSameFeaturesAndPreparation() {
        EmbeddingModel model = Networks.model(SmallConvNetSpec.standard(), 16);
        Path file = folder.resolve("encoder.safetensors");
        SafetensorsExport.write(file, ExportSource.of(model.encoder(), VIEW));
        SavedEncoder read = SavedEncoder.load(file, NetworkChoice.fromFile(), Optional.empty(), view -> view);
        assertThat(read.view()).isEqualTo(VIEW);
        assertThat(read.encoder().spec()).isEqualTo(model.encoder().spec());
        assertThat(read.remarks()).isEmpty();
        Tensor x = Networks.input(model, 4, 16);
        assertThat(read.encoder().forward(x).equal(model.encoder().forward(x))).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"fp32, FP32", "bf16, BF16", "auto, AUTO", "float16, AUTO", ", AUTO"})
    void load_fileThatNamesAPrecision_takesItWhereItIsOneOfOurs(@Nullable String word, Precision expected)
            throws IOException {
        EmbeddingModel model = Networks.model(SmallConvNetSpec.standard(), 16);
        Path file = folder.resolve("encoder.safetensors");
        ModelState.write(file, model.encoder().state(), word == null ? Map.of() : Map.of(SavedEncoder.PRECISION, word));
        SavedEncoder read = SavedEncoder.load(file, model.encoder().spec(), view -> view);
        assertThat(read.precision()).isEqualTo(expected);
    }

    @Test
    void load_foreignFile_needsAKnownNetworkAndTakesImageNetsPreparation() throws IOException {
        Path unknown = folder.resolve("unknown.safetensors");
        ModelState.write(unknown, Networks.model(SmallConvNetSpec.standard(), 8).encoder().state(), Map.of());
        assertThatThrownBy(() -> SavedEncoder.load(unknown, NetworkChoice.fromFile(), Optional.empty(), view -> view))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("--arch");
        EmbeddingModel model = Networks.model(ResNetSpec.cifar(ResNetSpec.Depth.RESNET18), 8);
        Path file = folder.resolve("foreign.safetensors");
        ModelState.write(file, model.encoder().state(), Map.of());
        SavedEncoder read = SavedEncoder.load(file, model.encoder().spec(), view -> view);
        assertThat(read.view()).isInstanceOfSatisfying(PictureEvaluationView.class, view -> {
            assertThat(view.size()).isEqualTo(224);
            assertThat(view.resize()).isEqualTo(256);
            assertThat(view.mean()).containsExactly(0.485, 0.456, 0.406);
        });
        // The same names and shapes but for the stem.
        ResNetSpec other = ResNetSpec.imagenet(ResNetSpec.Depth.RESNET18);
        assertThatThrownBy(() -> SavedEncoder.load(file, other, view -> view))
                .hasMessageContaining("conv1.weight is float[64, 3, 3, 3] instead of float[64, 3, 7, 7]");
    }

    @Test
    void source_withAHeadOfOtherFeatures_fails() {
        EmbeddingModel model = Networks.model(SmallConvNetSpec.standard(), 16);
        ExportSource source = ExportSource.of(model.encoder(), VIEW);
        LinearHead head = Networks.head(7, "a", "b");
        assertThatThrownBy(() -> source.withHead(head))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("256 features");
    }

    @ParameterizedTest
    @CsvSource({"torchvision, MMCR_PYTHON_TORCHVISION", "timm, MMCR_PYTHON"})
    void write_resNet_isLoadedByOthersWithEqualFeatures(String library, String variable) throws IOException {
        PythonClients.require(variable);
        EmbeddingModel model = Networks.model(ResNetSpec.cifar(ResNetSpec.Depth.RESNET18), 16);
        LinearHead head = Networks.head(512, "plain", "with, comma", "\"quoted\" \u00fc");
        Path file = folder.resolve("encoder.safetensors");
        SafetensorsExport.write(
                file,
                new ExportSource(
                        model.encoder(),
                        VIEW,
                        Optional.of(model.projector()),
                        Optional.of(head),
                        Map.of("version", "test")));
        Path expected = folder.resolve("expected.safetensors");
        try (NoGradGuard guard = new NoGradGuard()) {
            Tensor x = Networks.input(model, 5, 16);
            Tensor features = model.encoder().forward(x);
            Tensor logits = torch.linear(features, head.weightTensor()).add(head.biasTensor());
            ModelState.write(expected, Map.of("input", x, "features", features, "logits", logits), Map.of());
        }
        PythonClients.check(variable, library, file, expected, folder);
    }
}

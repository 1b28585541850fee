package org.mmcr.analysis.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mmcr.core.MmcrException;
import org.mmcr.data.ColumnStatistics;
import org.mmcr.data.DataSource;
import org.mmcr.data.DataSources;
import org.mmcr.data.Picture;
import org.mmcr.data.TestPictures;
import org.mmcr.data.views.EvaluationView;
import org.mmcr.data.views.Interpolation;
import org.mmcr.data.views.PictureEvaluationView;
import org.mmcr.data.views.VectorEvaluationView;
import org.mmcr.objective.PointerScopeExtension;
import org.mmcr.train.encoder.Activation;
import org.mmcr.train.encoder.ConvNextSpec;
import org.mmcr.train.encoder.EmbeddingModel;
import org.mmcr.train.encoder.EncoderSpec;
import org.mmcr.train.encoder.MlpSpec;
import org.mmcr.train.encoder.ModelState;
import org.mmcr.train.encoder.ResNetSpec;
import org.mmcr.train.encoder.SmallConvNetSpec;
import org.mmcr.train.encoder.TensorNames;
import org.mmcr.train.encoder.TokenPool;
import org.mmcr.train.encoder.VisionTransformerSpec;
import org.mmcr.train.evaluate.LinearHead;

@ExtendWith(PointerScopeExtension.class)
@Tag("long")
class OnnxExportTest {
    private static final int SIDE = 17;
    /** A side that patches divide. */
    private static final int EVEN_SIDE = 16;
    /** An odd side, so that windows reach over the edge. */
    private static final PictureEvaluationView VIEW =
            new PictureEvaluationView(20, SIDE, Interpolation.BICUBIC, List.of(0.5, 0.4, 0.3), List.of(0.2, 0.25, 0.3));

    @TempDir
    private Path folder;

    static Stream<EncoderSpec> encoders() {
        return Stream.of(
                ResNetSpec.cifar(ResNetSpec.Depth.RESNET18),
                new ResNetSpec(ResNetSpec.Depth.RESNET34, ResNetSpec.Stem.IMAGENET, 8, true),
                new ResNetSpec(ResNetSpec.Depth.RESNET50, ResNetSpec.Stem.IMAGENET, 8, false),
                SmallConvNetSpec.standard(),
                fast(Activation.SILU, SmallConvNetSpec.Shortcut.POOL),
                fast(Activation.GELU, SmallConvNetSpec.Shortcut.CONV),
                new MlpSpec(7, List.of(9, 6), Activation.GELU));
    }

    /** The maps of its first stage have 8 rows with a stem of 4 pixels, 9 with one of 3. */
    private static EncoderSpec fast(Activation activation, SmallConvNetSpec.Shortcut shortcut) {
        return new SmallConvNetSpec(
                6,
                shortcut == SmallConvNetSpec.Shortcut.POOL ? 4 : 3,
                2,
                List.of(8, 12),
                List.of(2, 1),
                List.of(1, 2),
                activation,
                shortcut,
                16,
                shortcut == SmallConvNetSpec.Shortcut.POOL,
                1,
                false);
    }

    @ParameterizedTest
    @MethodSource("encoders")
    void write_everyEncoder_agreesWithLibtorch(EncoderSpec spec) {
        EmbeddingModel model = Networks.model(spec, SIDE);
        LinearHead head = Networks.head(model.encoder().features(), "a", "b", "c");
        OnnxCheck check =
                OnnxExport.write(folder.resolve("encoder.onnx"), whole(model, head), Optional.of(data(model)));
        assertThat(check.differences()).containsOnlyKeys("features", "embeddings", "logits", "probabilities");
        assertThat(check.largest()).isLessThan(OnnxCheck.TOLERANCE);
        assertThat(check.realInputs()).isEqualTo(3);
        Path script = folder.resolve("encoder.pt");
        assertThat(TorchScriptExport.write(script, whole(model, head))).isLessThan(OnnxCheck.TOLERANCE);
        assertThat(TorchScriptExport.write(script, ExportSource.of(model.encoder(), view(model))))
                .isLessThan(OnnxCheck.TOLERANCE);
    }

    @Test
    void write_encoderInTrainingMode_isRefused() {
        EmbeddingModel model = Networks.model(new MlpSpec(4, List.of(6), Activation.RELU), 1);
        model.encoder().train(true);
        Path file = folder.resolve("encoder.onnx");
        assertThatThrownBy(
                        () -> OnnxExport.write(file, ExportSource.of(model.encoder(), view(model)), Optional.empty()))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("in training mode; call its eval()");
        assertThat(file).doesNotExist();
    }

    /** The training loop of a caller may have set the encoder alone to evaluation mode. */
    @Test
    void write_projectorInTrainingMode_isRefused() {
        EmbeddingModel model = Networks.model(new MlpSpec(4, List.of(6), Activation.RELU), 1);
        model.train(true);
        model.encoder().eval();
        ExportSource source = whole(model, Networks.head(6, "a", "b"));
        Path file = folder.resolve("encoder.onnx");
        assertThatThrownBy(() -> OnnxExport.write(file, source, Optional.empty()))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("expected a projector in evaluation mode");
        assertThatThrownBy(() -> TorchScriptExport.write(file, source))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("expected a projector in evaluation mode");
        assertThat(file).doesNotExist();
    }

    static Stream<EncoderSpec> layerNormNetworks() {
        return Stream.of(
                transformer(TensorNames.TIMM, Activation.GELU, 0, TokenPool.CLS),
                transformer(TensorNames.TIMM, Activation.GELU, 2, TokenPool.MEAN),
                transformer(TensorNames.TORCHVISION, Activation.GELU, 0, TokenPool.MEAN),
                transformer(TensorNames.TRANSFORMERS_DINOV2, Activation.GELU, 0, TokenPool.CLS),
                transformer(TensorNames.TIMM_DISTILLED, Activation.GELU, 1, TokenPool.CLS),
                transformer(TensorNames.TRANSFORMERS_DINOV2, Activation.GELU, 2, TokenPool.MEAN),
                transformer(TensorNames.TRANSFORMERS_CLIP, Activation.QUICK_GELU, 0, TokenPool.CLS),
                new ConvNextSpec(ConvNextSpec.Scale.CONVNEXT_TINY, TensorNames.TORCHVISION, 2, 4, 0.6, 0),
                new ConvNextSpec(ConvNextSpec.Scale.CONVNEXT_TINY, TensorNames.TIMM, 2, 4, 0.6, 0));
    }

    private static EncoderSpec transformer(TensorNames names, Activation activation, int registers, TokenPool pool) {
        return new VisionTransformerSpec(
                VisionTransformerSpec.Scale.VIT_TINY,
                names,
                2 * EVEN_SIDE,
                EVEN_SIDE / 4,
                12,
                activation,
                1e-6,
                0.7,
                registers,
                pool,
                0.1);
    }

    /** Weights ten times the initial ones, so that attention is far from uniform; positions are interpolated. */
    @ParameterizedTest
    @MethodSource("layerNormNetworks")
    void write_transformersAndConvNext_agreeWithLibtorch(EncoderSpec spec) {
        EmbeddingModel model = Networks.model(spec, EVEN_SIDE);
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            model.encoder().parameters().values().stream()
                    .filter(weight -> weight.dim() > 1)
                    .forEach(weight -> weight.mul_(new Scalar(10)));
        }
        Path file = folder.resolve("encoder.onnx");
        ExportSource source = ExportSource.of(model.encoder(), VIEW.withSize(EVEN_SIDE, EVEN_SIDE));
        assertThat(OnnxExport.write(file, source, Optional.of(data(model))).largest())
                .isLessThan(OnnxCheck.TOLERANCE);
        assertThat(TorchScriptExport.write(folder.resolve("encoder.pt"), source))
                .isLessThan(OnnxCheck.TOLERANCE);
        assertThatThrownBy(() -> OnnxExport.write(file, source, Optional.empty(), 16))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("operator set of 17 or newer");
    }

    @ParameterizedTest
    @MethodSource("encoders")
    void write_everyEncoder_passesTheCheckerAndRunsInPython(EncoderSpec spec) throws IOException {
        PythonClients.require("MMCR_PYTHON");
        EmbeddingModel model = Networks.model(spec, SIDE);
        LinearHead head = Networks.head(model.encoder().features(), "a", "b", "c");
        Path file = folder.resolve("encoder.onnx");
        OnnxExport.write(file, whole(model, head), Optional.empty());
        PythonClients.check("MMCR_PYTHON", "onnx", file, expected(model, head), folder);
        Path script = folder.resolve("encoder.pt");
        TorchScriptExport.write(script, whole(model, head));
        PythonClients.check("MMCR_PYTHON", "torchscript", script, expected(model, head), folder);
    }

    private static ExportSource whole(EmbeddingModel model, LinearHead head) {
        return new ExportSource(
                model.encoder(), view(model), Optional.of(model.projector()), Optional.of(head), Map.of("steps", "5"));
    }

    @Test
    void write_withNothingButTheEncoder_namesInputsOutputsAndPreparation() throws OrtException {
        EmbeddingModel model = Networks.model(SmallConvNetSpec.standard(), SIDE);
        Path file = folder.resolve("encoder.onnx");
        OnnxExport.write(file, ExportSource.of(model.encoder(), VIEW), Optional.empty());
        try (OrtSession session = OrtEnvironment.getEnvironment().createSession(file.toString())) {
            assertThat(session.getInputNames()).containsExactly("pictures");
            assertThat(session.getOutputNames()).containsExactly("features");
            assertThat(session.getInputInfo().get("pictures").getInfo().toString())
                    .contains("[-1, 3, 17, 17]");
            assertThat(session.getMetadata().getCustomMetadata())
                    .containsEntry("size", "17")
                    .containsEntry("resize", "20")
                    .containsEntry("mean", "[0.5,0.4,0.3]")
                    .containsEntry("std", "[0.2,0.25,0.3]")
                    .containsEntry("interpolation", "bicubic")
                    .containsKey("encoder");
        }
    }

    @Test
    void write_withAHead_keepsClassNames() throws OrtException {
        EmbeddingModel model = Networks.model(new MlpSpec(4, List.of(6), Activation.RELU), 1);
        Path file = folder.resolve("head.onnx");
        ExportSource source =
                ExportSource.of(model.encoder(), view(model)).withHead(Networks.head(6, "one", "a, \"b\""));
        OnnxExport.write(file, source, Optional.empty());
        try (OrtEnvironment environment = OrtEnvironment.getEnvironment();
                OrtSession session = environment.createSession(file.toString());
                OnnxTensor none = OnnxTensor.createTensor(environment, new float[2][4]);
                OrtSession.Result result = session.run(Map.of("vectors", none))) {
            assertThat(session.getMetadata().getCustomMetadata())
                    .containsEntry("class_names", "[\"one\",\"a, \\\"b\\\"\"]")
                    .containsEntry("mean", "[1.0,1.0,1.0,1.0]")
                    .doesNotContainKey("size");
            float[][] probabilities =
                    (float[][]) result.get("probabilities").orElseThrow().getValue();
            assertThat(probabilities[0][0] + probabilities[0][1]).isCloseTo(1, within(1e-6f));
        }
    }

    @Test
    void write_weightsThatAreNotFinite_isAnErrorAndLeavesNoFile() throws IOException {
        EmbeddingModel model = Networks.model(SmallConvNetSpec.standard(), SIDE);
        try (NoGradGuard guard = new NoGradGuard()) {
            model.encoder().parameters().get("stem.conv.weight").fill_(new Scalar(Double.NaN));
        }
        Path file = folder.resolve("encoder.onnx");
        assertThatThrownBy(() -> OnnxExport.write(file, ExportSource.of(model.encoder(), VIEW), Optional.empty()))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("agree within 1e-04");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void write_torchScriptWithAHeadThatIsNotFinite_isAnErrorAndLeavesNoFile() throws IOException {
        EmbeddingModel model = Networks.model(SmallConvNetSpec.standard(), SIDE);
        int features = model.encoder().features();
        LinearHead head = new LinearHead(List.of("a", "b"), new float[2 * features], new float[] {0, Float.NaN});
        Path file = folder.resolve("encoder.pt");
        assertThatThrownBy(() -> TorchScriptExport.write(file, whole(model, head)))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("infinite or NaN");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void write_otherOperatorSets_workAsFarAsTheRuntimeReadsThem() throws IOException {
        EmbeddingModel model = Networks.model(SmallConvNetSpec.standard(), SIDE);
        ExportSource source = ExportSource.of(model.encoder(), VIEW);
        for (int opset : new int[] {OnnxGraph.OLDEST_OPSET, 15, 18, 21}) {
            Path file = folder.resolve("encoder.onnx");
            OnnxExport.write(file, source, Optional.empty(), opset);
            ModelProto model2 = ModelProto.parseFrom(Files.readAllBytes(file));
            assertThat(model2.getOpsetImport(0).getVersion()).isEqualTo(opset);
            Files.delete(file);
        }
        for (int opset : new int[] {OnnxGraph.OLDEST_OPSET - 1, 99}) {
            assertThatThrownBy(() -> OnnxExport.write(folder.resolve("encoder.onnx"), source, Optional.empty(), opset))
                    .isInstanceOf(MmcrException.class)
                    .hasMessageContaining(String.valueOf(opset))
                    .hasMessageContaining("17");
        }
        assertThat(folder).isEmptyDirectory();
    }

    private static EvaluationView view(EmbeddingModel model) {
        int columns = model.encoder().inputs();
        return model.encoder().rank() == 4
                ? VIEW
                : new VectorEvaluationView(new ColumnStatistics(
                        List.of(), Collections.nCopies(columns, 1.0), Collections.nCopies(columns, 2.0)));
    }

    private static DataSource data(EmbeddingModel model) {
        Random random = new Random(3);
        if (model.encoder().rank() == 2) {
            float[][] rows = new float[3][model.encoder().inputs()];
            rows[1][0] = Float.NaN;
            rows[2][1] = 5;
            return DataSources.vectors("rows", List.of(), rows, List.of());
        }
        List<Picture> pictures = Stream.of(30, 25, 41)
                .map(side -> {
                    byte[] rgb = new byte[side * 28 * 3];
                    random.nextBytes(rgb);
                    return new Picture(side, 28, rgb);
                })
                .toList();
        return TestPictures.of(pictures.size(), pictures::get);
    }

    private Path expected(EmbeddingModel model, LinearHead head) throws IOException {
        Path expected = folder.resolve("expected.safetensors");
        try (NoGradGuard guard = new NoGradGuard()) {
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            Tensor x = Networks.input(model, 5, SIDE);
            Tensor features = model.encoder().forward(x);
            Tensor logits = torch.linear(features, head.weightTensor()).add(head.biasTensor());
            tensors.put("input", x);
            tensors.put("features", features);
            tensors.put("embeddings", model.projector().forward(features));
            tensors.put("logits", logits);
            tensors.put("probabilities", logits.softmax(1));
            ModelState.write(expected, tensors, Map.of());
        }
        return expected;
    }
}

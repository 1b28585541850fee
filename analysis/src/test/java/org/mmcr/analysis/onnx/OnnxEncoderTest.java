package org.mmcr.analysis.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.ModelProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.AbstractThrowableAssert;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.core.MmcrException;
import org.mmcr.data.TestPictures;
import org.mmcr.data.views.PictureEvaluationView;
import org.mmcr.objective.PointerScopeExtension;
import org.mmcr.train.evaluate.FeatureExtractor;
import org.mmcr.train.evaluate.FeatureSet;
import org.mmcr.train.evaluate.ProgressListener;

@ExtendWith(PointerScopeExtension.class)
class OnnxEncoderTest {
    private static final OnnxChoice PLAIN = OnnxChoice.none().withPreprocess("none");

    @TempDir
    private Path folder;

    private Path file() {
        return folder.resolve("graph.onnx");
    }

    /** A graph whose features are the means of the channels. */
    private static Graphs means(int type, long batch, long side) {
        return new Graphs()
                .input("x", type, batch, 3, side, side)
                .node("ReduceMean", List.of("x"), "y", Graphs.integers("axes", 2, 3), Graphs.integer("keepdims", 0))
                .output("y", type, batch, 3);
    }

    private static Tensor pictures(int count, int side) {
        return torch.rand(count, 3, side, side);
    }

    private Tensor computed(Graphs graph, OnnxChoice choice, Tensor x) {
        try (OnnxEncoder encoder = OnnxEncoder.open(graph.write(file()), choice)) {
            return encoder.apply(x);
        }
    }

    private static void same(Tensor found, Tensor expected, double tolerance) {
        assertThat(found.sizes().vec().get()).isEqualTo(expected.sizes().vec().get());
        assertThat(found.sub(expected).abs().max().item_double()).isLessThan(tolerance);
    }

    @Test
    void apply_fixedBatch_isPaddedAndSplit() {
        Tensor x = pictures(8, 6);
        same(computed(means(Graphs.FLOAT, 3, 6), PLAIN, x), x.mean(2, 3), 1e-6);
        same(computed(means(Graphs.FLOAT, 1, 6), PLAIN, x), x.mean(2, 3), 1e-6);
        same(
                computed(means(Graphs.FLOAT, 3, 6), PLAIN, x.narrow(0, 0, 2)),
                x.narrow(0, 0, 2).mean(2, 3),
                1e-6);
    }

    @Test
    void apply_half_isConvertedBothWays() {
        Tensor x = pictures(4, 6);
        same(computed(means(Graphs.HALF, -1, 6), PLAIN, x), x.mean(2, 3), 2e-3);
    }

    @Test
    void apply_channelsLast_isArrangedForTheGraph() {
        Tensor x = pictures(4, 5);
        Graphs map = new Graphs()
                .input("x", Graphs.FLOAT, -1, 5, 5, 3)
                .node("Relu", List.of("x"), "y")
                .output("y", Graphs.FLOAT, -1, 5, 5, 3);
        same(computed(map, PLAIN, x), x.mean(2, 3), 1e-6);
    }

    @Test
    void apply_bytes_areTheLevels() {
        Graphs bytes = new Graphs()
                .input("x", Graphs.UINT8, -1, 3, -1, -1)
                .node("Cast", List.of("x"), "f", Graphs.integer("to", Graphs.FLOAT))
                .node("ReduceMean", List.of("f"), "y", Graphs.integers("axes", 2, 3), Graphs.integer("keepdims", 0))
                .output("y", Graphs.FLOAT, -1, 3);
        OnnxChoice small = new OnnxChoice(
                Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), view -> view.withSize(16));
        try (OnnxEncoder encoder = OnnxEncoder.open(bytes.write(file()), small)) {
            FeatureExtractor extractor = new FeatureExtractor(encoder, 4, 1);
            TestPictures noise = TestPictures.ofNoise(3, 16, 16);
            try (FeatureSet set = extractor.extract(noise, ProgressListener.NONE)) {
                byte[] rgb = noise.picture(1).rgb();
                double red = 0;
                for (int i = 0; i < rgb.length; i += 3) {
                    red += (rgb[i] & 0xFF) * 3.0 / rgb.length;
                }
                assertThat(set.features().get(1).get(0).item_double()).isCloseTo(red, within(1e-3));
            }
        }
        OnnxChoice normalised = new OnnxChoice(
                Optional.empty(), Optional.empty(), Optional.empty(), Optional.of("imagenet"), view -> view);
        assertRefused(bytes, normalised).hasMessageContaining("takes bytes");
    }

    @Test
    void extract_onSeveralThreads_isWhatOneThreadComputes() {
        try (OnnxEncoder encoder = OnnxEncoder.open(means(Graphs.FLOAT, -1, 8).write(file()), PLAIN)) {
            TestPictures noise = TestPictures.ofNoise(50, 20, 30);
            try (FeatureSet one = new FeatureExtractor(encoder, 7, 1).extract(noise, ProgressListener.NONE);
                    FeatureSet three = new FeatureExtractor(encoder, 7, 3).extract(noise, ProgressListener.NONE)) {
                assertThat(one.features().equal(three.features())).isTrue();
                assertThat(one.features().std().item_double()).isPositive();
            }
        }
    }

    @Test
    void apply_tokensWithoutAClassToken_areAveraged() {
        Graphs tokens = new Graphs()
                .input("x", Graphs.FLOAT, -1, 3, 4, 4)
                .shape("to", 0, 3, 16)
                .node("Reshape", List.of("x", "to"), "r")
                .node("Transpose", List.of("r"), "last_hidden_state", Graphs.integers("perm", 0, 2, 1))
                .output("last_hidden_state", Graphs.FLOAT, -1, -1, 3);
        Tensor x = pictures(2, 4);
        same(computed(tokens, PLAIN, x), x.mean(2, 3), 1e-6);
        assertRefused(tokens, PLAIN.with(Optional.empty(), Optional.empty(), Optional.of(OutputPool.CLS)))
                .hasMessageContaining("--pool mean");
    }

    @Test
    void tokenPool_registers_areNoPatches() {
        assertThat(OutputPool.others(197)).isEqualTo(1);
        assertThat(OutputPool.others(261)).isEqualTo(5);
        assertThat(OutputPool.others(256)).isZero();
        Tensor tokens = torch.zeros(1, 21, 1);
        tokens.narrow(1, 5, 16).fill_(new Scalar(2.0));
        assertThat(OutputPool.PATCHES.apply(tokens).item_double()).isEqualTo(2);
        assertThat(OutputPool.usual(21)).isEqualTo(OutputPool.CLS);
    }

    @Test
    void open_severalInputs_areListed() {
        Graphs two = means(Graphs.FLOAT, -1, 6).input("other", Graphs.FLOAT, -1, 3, 6, 6);
        assertRefused(two, PLAIN)
                .hasMessageContaining("--input NAME")
                .hasMessageContaining("'other' float [?, 3, 6, 6]");
        Graphs text = means(Graphs.FLOAT, -1, 6).input("input_ids", 7, -1, -1);
        assertRefused(text, PLAIN).hasMessageContaining("takes pictures alone").hasMessageContaining("input_ids");
        assertRefused(means(Graphs.FLOAT, -1, 6), PLAIN.with(Optional.empty(), Optional.of("z"), Optional.empty()))
                .hasMessageContaining("it has 'y'");
        assertRefused(text, PLAIN.with(Optional.of("pixels"), Optional.empty(), Optional.empty()))
                .hasMessageContaining("found 'pixels'");
    }

    @Test
    void open_inputThatIsNoPicture_isRefused() {
        for (long[] shape : new long[][] {{-1, 4, 8, 8}, {-1, 3, 8}, {-1, 3, 8, 9}, {-1, 3, 4, 8, 8}, {-1, 10}}) {
            Graphs graph = new Graphs()
                    .input("x", Graphs.FLOAT, shape)
                    .node("Identity", List.of("x"), "y")
                    .output("y", Graphs.FLOAT, shape);
            assertRefused(graph, PLAIN).hasMessageContaining("expected an input of square pictures");
        }
        Graphs wholeNumbers = new Graphs()
                .input("x", 7, -1, 3, 8, 8)
                .node("Cast", List.of("x"), "y", Graphs.integer("to", Graphs.FLOAT))
                .output("y", Graphs.FLOAT, -1, 3, 8, 8);
        assertRefused(wholeNumbers, PLAIN).hasMessageContaining("int64");
    }

    @Test
    void open_outputWhoseSizeDependsOnThePictures_isRefused() {
        Graphs found = new Graphs()
                .input("x", Graphs.FLOAT, -1, 3, 8, 8)
                .node("NonZero", List.of("x"), "n")
                .node("Cast", List.of("n"), "y", Graphs.integer("to", Graphs.FLOAT))
                .output("y", Graphs.FLOAT, 4, -1);
        assertRefused(found, PLAIN).hasMessageContaining("a fixed size").hasMessageContaining("--output");
        Graphs whole = new Graphs()
                .input("x", Graphs.FLOAT, -1, 3, 8, 8)
                .node("NonZero", List.of("x"), "y")
                .output("y", 7, 4, -1);
        assertRefused(whole, PLAIN).hasMessageContaining("int64").hasMessageContaining("features (batch, D)");
    }

    @Test
    void open_poolWithoutTokens_isRefused() {
        assertRefused(
                        means(Graphs.FLOAT, -1, 6),
                        PLAIN.with(Optional.empty(), Optional.empty(), Optional.of(OutputPool.MEAN)))
                .hasMessageContaining("leave --pool out");
    }

    @Test
    void open_scoresAlone_areTakenAndCalledScores() {
        Graphs scores = new Graphs()
                .input("x", Graphs.FLOAT, -1, 3, 6, 6)
                .node(
                        "ReduceMean",
                        List.of("x"),
                        "logits",
                        Graphs.integers("axes", 2, 3),
                        Graphs.integer("keepdims", 0))
                .output("logits", Graphs.FLOAT, -1, 3);
        try (OnnxEncoder encoder = OnnxEncoder.open(scores.write(file()), PLAIN)) {
            assertThat(encoder.description()).endsWith("3 features (by its name, class scores)");
        }
    }

    @Test
    void open_anotherSizeThanTheGraphs_isRefused() {
        OnnxChoice large = new OnnxChoice(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of("imagenet"),
                view -> view.withSize(9));
        assertRefused(means(Graphs.FLOAT, -1, 6), large).hasMessageContaining("found --size 9");
        try (OnnxEncoder encoder =
                OnnxEncoder.open(means(Graphs.FLOAT, -1, 7).write(file()), PLAIN.withPreprocess("imagenet"))) {
            PictureEvaluationView view = (PictureEvaluationView) encoder.view();
            assertThat(view.size()).isEqualTo(7);
            assertThat(view.resize()).isEqualTo(8);
        }
    }

    @Test
    void open_filesThatAreNoGraph_areRefusedInOneLine() throws IOException {
        assertThatThrownBy(() -> OnnxEncoder.open(folder.resolve("none.onnx"), PLAIN))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("found no file");
        Files.writeString(file(), "hello");
        assertThatThrownBy(() -> OnnxEncoder.open(file(), PLAIN))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("cut short");
        Files.write(file(), new byte[0]);
        assertThatThrownBy(() -> OnnxEncoder.open(file(), PLAIN))
                .isInstanceOf(MmcrException.class)
                .hasMessageNotContaining("\n");
        Graphs unknown = new Graphs()
                .input("x", Graphs.FLOAT, -1, 3, 8, 8)
                .node("Gnarl", List.of("x"), "y")
                .output("y", Graphs.FLOAT, -1, 3, 8, 8);
        assertRefused(unknown, PLAIN).hasMessageContaining("found 'Gnarl'").hasMessageContaining("standard operators");
        ModelProto model = ModelProto.parseFrom(Files.readAllBytes(file()));
        ModelProto.Builder custom = model.toBuilder();
        custom.getGraphBuilder().getNodeBuilder(0).setDomain("com.acme");
        custom.addOpsetImportBuilder().setDomain("com.acme").setVersion(1);
        Graphs.write(file(), custom.build());
        assertThatThrownBy(() -> OnnxEncoder.open(file(), PLAIN)).hasMessageContaining("found 'com.acme:Gnarl'");
    }

    private AbstractThrowableAssert<?, ? extends Throwable> assertRefused(Graphs graph, OnnxChoice choice) {
        return assertThatThrownBy(
                        () -> OnnxEncoder.open(graph.write(file()), choice).close())
                .isInstanceOf(MmcrException.class)
                .hasMessageNotContaining("\n");
    }
}

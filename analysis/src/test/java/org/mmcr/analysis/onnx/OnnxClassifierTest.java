package org.mmcr.analysis.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.objective.PointerScopeExtension;
import org.mmcr.train.evaluate.LinearHead;

/** Graphs with a classifier behind them, for each way in which features are made of an output. */
@ExtendWith(PointerScopeExtension.class)
class OnnxClassifierTest {
    @TempDir
    private Path folder;

    private static LinearHead head(int features) {
        Random random = new Random(2);
        float[] weights = new float[3 * features];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) random.nextGaussian();
        }
        return new LinearHead(List.of("a", "b", "c"), weights, new float[] {0.5f, 0, -0.5f});
    }

    private void agrees(Path graph, OnnxChoice choice) {
        Path file = folder.resolve("classifier.onnx");
        try (OnnxEncoder encoder = OnnxEncoder.open(graph, choice)) {
            LinearHead head = head(encoder.width());
            OnnxClassifier.write(file, encoder, head);
            String logits = graph.endsWith("logits-and-features.onnx") ? "logits_of_labels" : "logits";
            OnnxChoice written = OnnxChoice.none().with(Optional.empty(), Optional.of(logits), Optional.empty());
            try (OnnxEncoder whole = OnnxEncoder.open(file, written)) {
                Tensor x = encoder.random(3);
                Tensor expected =
                        torch.linear(encoder.apply(x), head.weightTensor()).add(head.biasTensor());
                assertThat(whole.apply(x).sub(expected).abs().max().item_double())
                        .as(graph + " " + choice.pool())
                        .isLessThan((encoder.half() ? 5e-3 : 1e-4)
                                * expected.abs().max().item_double());
                assertThat(whole.view()).isEqualTo(encoder.view());
            }
        }
    }

    @Test
    void write_everyReferenceGraph_classifiesItsFeatures() {
        Path reference = Path.of(System.getProperty("mmcr.shared", "../shared"), "reference", "encoders", "onnx");
        assumeTrue(Files.isDirectory(reference), "reference graphs are not on this machine: no folder " + reference);
        OnnxChoice choice = new OnnxChoice(
                Optional.empty(), Optional.empty(), Optional.empty(), Optional.of("dinov2"), view -> view.withSize(32));
        for (String name : List.of("external", "map", "vector-batch-one", "logits-and-features")) {
            agrees(reference.resolve(name + ".onnx"), choice);
        }
        for (OutputPool pool : OutputPool.values()) {
            agrees(
                    reference.resolve("tokens.onnx"),
                    choice.with(Optional.empty(), Optional.empty(), Optional.of(pool)));
        }
        agrees(reference.resolve("bytes-nhwc.onnx"), OnnxChoice.none());
    }

    @Test
    void write_halfPrecision_isCastBeforeTheClassifier() {
        Graphs half = new Graphs()
                .input("x", Graphs.HALF, -1, 3, 8, 8)
                .node("ReduceMean", List.of("x"), "y", Graphs.integers("axes", 2, 3), Graphs.integer("keepdims", 0))
                .output("y", Graphs.HALF, -1, 3);
        agrees(half.write(folder.resolve("half.onnx")), OnnxChoice.none().withPreprocess("none"));
    }
}

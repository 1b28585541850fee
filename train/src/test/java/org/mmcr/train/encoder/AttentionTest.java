package org.mmcr.train.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mmcr.objective.PointerScopeExtension;

@ExtendWith(PointerScopeExtension.class)
class AttentionTest {
    private static final int WIDTH = 24;
    private static final int HEADS = 3;

    /** Against softmax(q k^T / sqrt(d)) v in float64, for short and for long sequences. */
    @ParameterizedTest
    @CsvSource({"FP32, 20, 1e-5", "BF16, 20, 0.03", "BF16, 600, 0.03"})
    void forward_eachPrecisionAndLength_equalsFloat64WithGradient(Precision precision, int tokens, double tolerance) {
        torch.manual_seed(5);
        Layers.Layer identity = Layers.sequence(List.of());
        Attention attention = new Attention(List.of(identity), identity, WIDTH, HEADS, false);
        Tensor x = torch.randn(2, tokens, 3 * WIDTH).requires_grad_(true);
        Tensor y;
        try (Precision.Scope scope = precision.autocast()) {
            y = attention.forward(precision == Precision.BF16 ? x.to(ScalarType.BFloat16) : x);
        }
        Tensor direction = torch.randn_like(y);
        y.mul(direction).sum().backward();

        Tensor exactX = x.detach().to(ScalarType.Double).requires_grad_(true);
        Tensor exact = expected(exactX);
        exact.mul(direction).sum().backward();
        assertThat(distance(y, exact)).isLessThan(tolerance);
        assertThat(distance(x.grad(), exactX.grad())).isLessThan(tolerance);
    }

    private static Tensor expected(Tensor x) {
        long each = WIDTH / HEADS;
        Tensor parts = x.view(x.size(0), x.size(1), 3, HEADS, each).permute(2, 0, 3, 1, 4);
        Tensor scores = parts.select(0, 0)
                .matmul(parts.select(0, 1).transpose(2, 3))
                .div(new Scalar(Math.sqrt((double) each)))
                .softmax(-1, new ScalarTypeOptional());
        return scores.matmul(parts.select(0, 2)).transpose(1, 2).reshape(x.size(0), x.size(1), WIDTH);
    }

    /** Largest difference relative to the largest value. */
    private static double distance(Tensor found, Tensor exact) {
        Tensor reference = exact.detach();
        Tensor difference = found.detach().to(ScalarType.Double).sub(reference).abs();
        return difference.max().item_double() / reference.abs().max().item_double();
    }
}

package org.mmcr.objective.linalg;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mmcr.objective.PointerScopeExtension;

@ExtendWith(PointerScopeExtension.class)
class ParallelLinearTest {
    private final int threads = torch.get_num_threads();

    @BeforeEach
    void useTwoThreads() {
        torch.set_num_threads(2);
    }

    @AfterEach
    void restoreThreads() {
        torch.set_num_threads(threads);
    }

    /** Odd and even numbers of rows, above and below the size that is worth threads, with and without a bias. */
    @ParameterizedTest
    @ValueSource(ints = {3, 1021, 1040})
    void linear_anyRows_equalsFloat64WithGradients(int rows) {
        for (boolean biased : new boolean[] {false, true}) {
            Tensor x = torch.randn(rows, 130).requires_grad_(true);
            Tensor weight = torch.randn(140, 130).requires_grad_(true);
            Tensor bias = torch.randn(140).requires_grad_(true);
            Tensor y = ParallelMatMul.linear(x, weight, biased ? new TensorOptional(bias) : new TensorOptional());
            Tensor direction = torch.randn_like(y);
            y.mul(direction).sum().backward();

            List<Tensor> exact = List.of(exact(x), exact(weight), exact(bias));
            Tensor expected = torch.linear(
                    exact.get(0), exact.get(1), biased ? new TensorOptional(exact.get(2)) : new TensorOptional());
            expected.mul(direction).sum().backward();

            agree(y, expected);
            agree(x.grad(), exact.get(0).grad());
            agree(weight.grad(), exact.get(1).grad());
            assertThat(bias.grad().defined()).isEqualTo(biased);
            if (biased) {
                agree(bias.grad(), exact.get(2).grad());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 160})
    void linear_tokens_keepTheirShape(int batch) {
        Tensor x = torch.randn(batch, 7, 130);
        Tensor weight = torch.randn(140, 130);
        Tensor y = ParallelMatMul.linear(x, weight, new TensorOptional());
        assertThat(new long[] {y.size(0), y.size(1), y.size(2)}).containsExactly(batch, 7, 140);
        agree(y, torch.linear(exact(x), exact(weight)));
    }

    private static Tensor exact(Tensor tensor) {
        return tensor.detach().to(ScalarType.Double).requires_grad_(true);
    }

    private static void agree(Tensor found, Tensor expected) {
        Tensor reference = expected.detach();
        Tensor difference = found.detach().to(ScalarType.Double).sub(reference).abs();
        assertThat(difference.max().item_double())
                .isLessThan(1e-5 * reference.abs().max().item_double());
    }
}

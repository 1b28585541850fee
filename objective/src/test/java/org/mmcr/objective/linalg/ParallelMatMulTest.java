package org.mmcr.objective.linalg;

import static org.assertj.core.api.Assertions.assertThat;

import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mmcr.objective.PointerScopeExtension;

@ExtendWith(PointerScopeExtension.class)
class ParallelMatMulTest {
    private final int threads = torch.get_num_threads();
    private final NoGradGuard guard = new NoGradGuard();

    @AfterEach
    void release() {
        guard.close();
        torch.set_num_threads(threads);
    }

    private static Tensor random(long rows, long columns) {
        torch.manual_seed(rows + 7 * columns);
        return torch.randn(rows, columns);
    }

    private static void agree(Tensor actual, Tensor left, Tensor right) {
        Tensor expected = torch.matmul(left.to(ScalarType.Double), right.to(ScalarType.Double));
        double difference =
                actual.to(ScalarType.Double).sub(expected).abs().max().item_double();
        assertThat(difference).isLessThan(2e-6 * left.size(1));
    }

    @ParameterizedTest
    @CsvSource({"3,4,5", "256,256,256", "300,257,311", "300,257,312"})
    void of_anySize_isTheProduct(int rows, int inner, int columns) {
        torch.set_num_threads(2);
        for (ScalarType type : new ScalarType[] {ScalarType.Float, ScalarType.Double}) {
            anySize(random(rows, inner).to(type), random(inner, columns).to(type));
        }
    }

    private static void anySize(Tensor left, Tensor right) {
        agree(ParallelMatMul.of(left, right), left, right);
        agree(ParallelMatMul.of(left, right.t().contiguous().t()), left, right);
        agree(ParallelMatMul.of(right.t(), left.t()), right.t(), left.t());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void gram_anySizeAndLayout_isSymmetricProduct(int threads) {
        torch.set_num_threads(threads);
        for (Tensor tall :
                new Tensor[] {random(7, 3), random(2500, 257), random(258, 1300).t()}) {
            agree(ParallelMatMul.gram(tall), tall.t(), tall);
            Tensor exact = tall.to(ScalarType.Double);
            agree(ParallelMatMul.gram(exact), exact.t(), exact);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {30, 5000})
    void transposedProduct_anySize_isTheProduct(int rows) {
        torch.set_num_threads(2);
        Tensor tall = random(rows, 700);
        Tensor narrow = random(rows, 10);
        agree(ParallelMatMul.transposedProduct(tall, narrow), tall.t(), narrow);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void whitened_anyLayout_isTheProduct(int threads) {
        torch.set_num_threads(threads);
        Tensor symmetric = random(260, 260);
        symmetric = symmetric.add(symmetric.t());
        for (Tensor tall : new Tensor[] {random(400, 260), random(260, 400).t()}) {
            agree(ParallelMatMul.whitened(tall, symmetric), tall, symmetric);
        }
    }
}

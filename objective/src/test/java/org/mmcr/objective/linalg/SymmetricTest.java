package org.mmcr.objective.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** float32, which goes straight to OpenBLAS, and float64, which libtorch computes, against plain formulas. */
class SymmetricTest {
    private final int threads = torch.get_num_threads();
    private final PointerScope scope = new PointerScope();
    private final NoGradGuard guard = new NoGradGuard();

    @AfterEach
    void release() {
        guard.close();
        scope.close();
        torch.set_num_threads(threads);
    }

    /** Eigenvalues between 0 and about 1. */
    private static Tensor matrix(long side) {
        torch.manual_seed(side);
        Tensor random = torch.randn(side, 2 * side).div_(new Scalar(Math.sqrt(6.0 * side)));
        return torch.matmul(random, random.t());
    }

    private static void agree(Tensor actual, Tensor expected) {
        assertThat(actual.is_contiguous()).isTrue();
        double difference =
                actual.to(ScalarType.Double).sub(expected).abs().max().item_double();
        assertThat(difference).isLessThan(1e-5);
    }

    @ParameterizedTest
    @CsvSource({"1,1", "65,1", "65,2", "300,2"})
    void operations_anySizeAndThreads_agreeWithFormulas(long side, int threads) {
        torch.set_num_threads(threads);
        Tensor exact = matrix(side).to(ScalarType.Double);
        Tensor square = torch.matmul(exact, exact);
        Tensor identity = torch.eye(side).to(ScalarType.Double);
        for (ScalarType type : new ScalarType[] {ScalarType.Float, ScalarType.Double}) {
            Tensor a = exact.to(type);
            Tensor b = square.to(type);
            agree(
                    Symmetric.sum(0.5, a, -2, b),
                    square.sub(exact.mul(new Scalar(2))).add(identity.mul(new Scalar(0.5))));
            agree(Symmetric.sum(0, a, 1, b), square.add(exact));
            agree(Symmetric.product(-1, 3, a, a), square.mul(new Scalar(3)).sub(identity));
            agree(Symmetric.product(0, 1, a, a), square);
            agree(Symmetric.addProduct(a.clone(), 0.5, a, a), exact.add(square, new Scalar(0.5)));
            agree(a, exact);
            double trace = exact.trace().item_double();
            assertThat(Symmetric.trace(a)).isCloseTo(trace, within(1e-5 * trace));
            double inner = exact.mul(square).sum().item_double();
            assertThat(Symmetric.inner(a, b)).isCloseTo(inner, within(1e-5 * inner));
        }
    }

    @Test
    void largest_anyMatrix_isAlmostTheLargestMagnitude() {
        for (ScalarType type : new ScalarType[] {ScalarType.Float, ScalarType.Double}) {
            for (long side : new long[] {1, 2, 64, 300}) {
                Tensor exact = matrix(side).to(ScalarType.Double).sub(torch.eye(side), new Scalar(0.9));
                double expected = torch.linalg_eigvalsh(exact).abs().max().item_double();
                assertThat(Symmetric.largest(exact.to(type))).isBetween(0.85 * expected, (1 + 1e-5) * expected);
            }
        }
    }
}

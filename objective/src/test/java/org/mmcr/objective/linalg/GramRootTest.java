package org.mmcr.objective.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mmcr.objective.PointerScopeExtension;

@ExtendWith(PointerScopeExtension.class)
class GramRootTest {
    private static Tensor random(long rows, long columns) {
        torch.manual_seed(rows * 100 + columns);
        return torch.randn(rows, columns).to(ScalarType.Double);
    }

    private static void agree(Tensor matrix, GramRoot root) {
        PolarFactor expected = PolarFactor.ofRounded(matrix);
        Tensor polar = torch.matmul(matrix, root.inverseRoot());
        assertThat(polar.sub(expected.polar()).abs().max().item_double()).isLessThan(1e-9);
        SingularValues values = root.singularValues();
        assertThat(values.nuclearNorm()).isCloseTo(expected.nuclearNorm(), within(1e-9));
        assertThat(values.squaredNorm())
                .isCloseTo(expected.squaredNorm(), within(1e-9 * expected.squaredNorm() + 1e-15));
        assertThat(values.effectiveRank()).isCloseTo(expected.effectiveRank(), within(1e-9));
        assertThat(values.values()).isSortedAccordingTo((a, b) -> Double.compare(b, a));
    }

    @ParameterizedTest
    @CsvSource({"1,1", "5,5", "40,7", "3,7"})
    void of_theGramMatrix_givesThePolarFactorOfTheWholeMatrix(int rows, int columns) {
        Tensor matrix = random(rows, columns);
        agree(matrix, GramRoot.of(torch.matmul(matrix.t(), matrix)));
    }

    @Test
    void of_zero_isZero() {
        GramRoot root = GramRoot.of(torch.zeros(4, 4).to(ScalarType.Double));
        assertThat(root.inverseRoot().abs().max().item_double()).isZero();
        assertThat(root.singularValues().nuclearNorm()).isZero();
        assertThat(root.singularValues().effectiveRank()).isZero();
    }

    @Test
    void of_whenTheEigensolverFails_fallsBack() {
        Tensor matrix = random(40, 7);
        Tensor gram = torch.matmul(matrix.t(), matrix);
        agree(matrix, GramRoot.of(gram.tril(), ScalarType.Double, symmetric -> {
            throw new IllegalStateException("did not converge");
        }));
    }
}

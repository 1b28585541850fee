package org.mmcr.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mmcr.objective.UnitRows.RowGradient;

/** Against plain formulas in float64. */
@ExtendWith(PointerScopeExtension.class)
class UnitRowsTest {
    private final NoGradGuard guard = new NoGradGuard();

    @AfterEach
    void release() {
        guard.close();
    }

    private static Tensor random(long seed, long... shape) {
        torch.manual_seed(seed);
        return torch.randn(shape);
    }

    private static void agree(Tensor actual, Tensor expected) {
        assertThat(actual.sizes().vec().get()).isEqualTo(expected.sizes().vec().get());
        double difference =
                actual.to(ScalarType.Double).sub(expected).abs().max().item_double();
        assertThat(difference).isLessThan(1e-6 * (1 + expected.abs().max().item_double()));
    }

    @ParameterizedTest
    @CsvSource({"1,1,1", "3,2,1", "5,3,7", "40,2,128", "9,1,130", "2,2,5000", "200,4,65"})
    void anyShape_agreesWithFormulas(int samples, int views, int dimensions) {
        Tensor matrix = random(samples, (long) samples * views, dimensions).mul(new Scalar(3.0));
        Tensor exact = matrix.to(ScalarType.Double);
        Tensor lengths = exact.square()
                .sum(new long[] {1}, true, new ScalarTypeOptional())
                .sqrt();
        Tensor unit = exact.div(lengths);
        Tensor grouped = unit.view(samples, views, dimensions);
        Tensor columnMajor = matrix.t().contiguous().t();
        for (Tensor layout : new Tensor[] {matrix, columnMajor}) {
            UnitRows rows = UnitRows.of(layout, "rows", views);
            agree(rows.rows(), unit);
            agree(rows.means(views), grouped.mean(new long[] {1}, false, new ScalarTypeOptional()));
            for (int pulls : new int[] {1, views}) {
                Tensor upstream = random(7, samples, pulls, dimensions);
                Tensor along = grouped.mul(upstream).sum(new long[] {-1}, true, new ScalarTypeOptional());
                Tensor tangential = upstream.sub(grouped.mul(along));
                RowGradient backward = rows.backward(upstream, -0.25);
                agree(
                        backward.gradient(),
                        tangential.view(exact.size(0), dimensions).div(lengths).mul(new Scalar(-0.25)));
                double longest = tangential
                                .square()
                                .sum(new long[] {-1}, false, new ScalarTypeOptional())
                                .sqrt()
                                .max()
                                .item_double()
                        / upstream.to(ScalarType.Double)
                                .square()
                                .sum(new long[] {-1}, false, new ScalarTypeOptional())
                                .sqrt()
                                .max()
                                .item_double();
                assertThat(backward.largestTangential()).isCloseTo(longest, within(1e-3));
            }
        }
    }

    @Test
    void across_noPull_countsAsKnown() {
        Tensor matrix = random(3, 8, 6);
        Tensor none = torch.zeros(4, 1, 6);
        RowGradient backward = UnitRows.of(matrix, "rows", 2).backward(none, 1);
        assertThat(backward.largestTangential()).isEqualTo(1);
        assertThat(backward.gradient().abs().max().item_double()).isZero();
    }
}

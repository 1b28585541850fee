package org.mmcr.analysis.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.mmcr.core.capacity.CapacityOptions;
import org.mmcr.train.run.ComputeThreads;

@Tag("long")
class DichotomySimulationTest {
    @BeforeAll
    static void useOneNativeThread() {
        ComputeThreads.use(1);
    }

    /** Cover 1965: half of the dichotomies of P points are separable in P / 2 dimensions. */
    @Test
    void measure_points_haveCapacityTwo() {
        SimulatedCapacity found = simulate(new Clouds(40, 1, 100, 0, 0, 1), 200, 2);
        assertThat(found.capacity().value()).isCloseTo(2, within(0.12));
        assertThat(found.capacity().ci95().get(0)).isLessThan(2);
        assertThat(found.capacity().ci95().get(1)).isGreaterThan(2);
        assertThat(found.undecided()).isZero();
        assertThat(found.bound()).isEqualTo(SimulatedCapacity.Bound.NONE);
    }

    /** The theory is of infinitely many manifolds; with 30 it is within a tenth. */
    @Test
    void measure_clouds_agreeWithTheTheory() {
        for (double radius : new double[] {0.15, 0.4}) {
            Clouds clouds = new Clouds(30, 15, 400, 5, radius, 2);
            double theory = new CapacityRun(new CapacityOptions(0, 500, 0), 2)
                    .measure(clouds, (stage, done, total) -> {})
                    .capacity()
                    .value();
            SimulatedCapacity found = simulate(clouds, 100, 2);
            assertThat(found.capacity().value()).isCloseTo(theory, within(0.1 * theory));
        }
    }

    @Test
    void measure_anyNumberOfThreads_isTheSame() {
        Clouds clouds = new Clouds(8, 5, 30, 3, 0.4, 3);
        assertThat(simulate(clouds, 30, 1).counts())
                .isEqualTo(simulate(clouds, 30, 3).counts());
    }

    @Test
    void measure_tooManyPoints_isReported() {
        assertThat(simulate(new Clouds(6, 200, 4, 4, 3, 4), 20, 2).bound()).isEqualTo(SimulatedCapacity.Bound.AT_MOST);
        assertThat(simulate(new Clouds(2, 1, 10, 0, 0, 4), 40, 2).bound())
                .isNotEqualTo(SimulatedCapacity.Bound.AT_MOST);
        assertThatThrownBy(() -> simulate(new Clouds(3, 2000, 4, 4, 3, 4), 20, 2))
                .hasMessageContaining("--max-points 1333");
        assertThatThrownBy(() -> new DichotomySimulation(1, 0, 1)).hasMessageContaining("at least 10 dichotomies");
    }

    private static SimulatedCapacity simulate(Clouds clouds, int trials, int threads) {
        return new DichotomySimulation(trials, 1, threads).measure(clouds, (stage, done, total) -> {});
    }
}

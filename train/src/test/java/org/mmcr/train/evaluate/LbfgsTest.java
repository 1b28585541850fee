package org.mmcr.train.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LbfgsTest {
    @Test
    void minimise_illConditionedQuadratic_reachesClosedForm() {
        int n = 50;
        Lbfgs.Objective quadratic = (x, g) -> {
            double value = 0;
            for (int i = 0; i < n; i++) {
                double curvature = Math.pow(10, 4.0 * i / (n - 1));
                g[i] = curvature * (x[i] - i);
                value += 0.5 * curvature * (x[i] - i) * (x[i] - i);
            }
            return value;
        };
        Lbfgs.Result result = new Lbfgs(quadratic, Lbfgs.Preconditioner.IDENTITY, 1500, 1e-8).minimise(new double[n]);
        assertThat(result.stop()).isEqualTo(Lbfgs.Stop.CONVERGED);
        assertThat(result.iterations()).as("SciPy's L-BFGS-B needs 986").isLessThan(1200);
        for (int i = 0; i < n; i++) {
            assertThat(result.point()[i]).isCloseTo(i, within(1e-7));
        }
    }

    @Test
    void minimise_exactPreconditioner_twoIterations() {
        Lbfgs.Objective quadratic = (x, g) -> {
            g[0] = 1e6 * (x[0] - 3);
            g[1] = 1e-3 * (x[1] + 5);
            return 0.5e6 * (x[0] - 3) * (x[0] - 3) + 0.5e-3 * (x[1] + 5) * (x[1] + 5);
        };
        Lbfgs.Preconditioner inverse = v -> {
            v[0] *= 1e-6;
            v[1] *= 1e3;
        };
        Lbfgs.Result result = new Lbfgs(quadratic, inverse, 50, 1e-9).minimise(new double[2]);
        assertThat(result.iterations()).isLessThanOrEqualTo(2);
        assertThat(result.point()).containsExactly(new double[] {3, -5}, within(1e-5));
    }

    @Test
    void minimise_rosenbrock_reachesOneOne() {
        Lbfgs.Result result = new Lbfgs(LbfgsTest::rosenbrock, Lbfgs.Preconditioner.IDENTITY, 200, 1e-8)
                .minimise(new double[] {-1.2, 1});
        assertThat(result.stop()).isEqualTo(Lbfgs.Stop.CONVERGED);
        assertThat(result.iterations()).isLessThan(80);
        assertThat(result.point()).containsExactly(new double[] {1, 1}, within(1e-6));
    }

    @Test
    void minimise_fewIterationsAllowed_saysSo() {
        double[] start = {-1.2, 1};
        Lbfgs.Result result = new Lbfgs(LbfgsTest::rosenbrock, Lbfgs.Preconditioner.IDENTITY, 3, 1e-8).minimise(start);
        assertThat(result.stop()).isEqualTo(Lbfgs.Stop.ITERATION_LIMIT);
        assertThat(result.value()).isLessThan(rosenbrock(start, new double[2]));
        assertThat(start).containsExactly(-1.2, 1);
    }

    @Test
    void minimise_atMinimum_noIteration() {
        Lbfgs.Result result =
                new Lbfgs(LbfgsTest::rosenbrock, Lbfgs.Preconditioner.IDENTITY, 30, 1e-8).minimise(new double[] {1, 1});
        assertThat(result.iterations()).isZero();
        assertThat(result.gradientMaxNorm()).isZero();
    }

    @Test
    void minimise_steepEntropy_survivesOvershoot() {
        // log cosh is flat far out: the first steps overshoot and the bracket has to close again.
        Lbfgs.Objective logCosh = (x, g) -> {
            double value = 0;
            for (int i = 0; i < x.length; i++) {
                double t = (x[i] - 1) * 30;
                g[i] = 30 * Math.tanh(t);
                value += Math.abs(t) + Math.log1p(Math.exp(-2 * Math.abs(t))) - Math.log(2);
            }
            return value;
        };
        Lbfgs.Result result =
                new Lbfgs(logCosh, Lbfgs.Preconditioner.IDENTITY, 200, 1e-7).minimise(new double[] {-40, 25, 3});
        assertThat(result.point()).containsExactly(new double[] {1, 1, 1}, within(1e-8));
    }

    private static double rosenbrock(double[] x, double[] g) {
        double a = 1 - x[0];
        double b = x[1] - x[0] * x[0];
        g[0] = -2 * a - 400 * x[0] * b;
        g[1] = 200 * b;
        return a * a + 100 * b * b;
    }
}

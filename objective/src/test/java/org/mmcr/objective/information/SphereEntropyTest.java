package org.mmcr.objective.information;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mmcr.core.MmcrException;
import org.mmcr.objective.PointerScopeExtension;

@ExtendWith(PointerScopeExtension.class)
@Tag("long")
class SphereEntropyTest {
    @ParameterizedTest
    @CsvSource({"2,0", "2,5", "8,0", "8,50", "32,1000", "128,0", "128,300", "512,0", "512,2000"})
    void of_vonMisesFisher_intervalHoldsTheEntropy(int dimension, double kappa) {
        Estimate found = SphereEntropy.of(Samples.concentrated(1200, dimension, kappa, Samples.seeded(4)), 1);
        double truth = new VonMisesFisher(dimension, kappa).entropy();
        assertThat(found.caution()).isEmpty();
        assertThat(truth).isBetween(found.low(), found.high());
        assertThat(found.value()).isCloseTo(truth, within(dimension < 100 ? 0.25 : 1.5));
    }

    /** Components this far apart do not overlap: the entropy is that of one and the log of how many. */
    @ParameterizedTest
    @CsvSource({"8,400", "64,800", "512,6000"})
    void of_mixture_intervalHoldsTheEntropy(int dimension, double kappa) {
        VonMisesFisherMixture law = Mixtures.axes(4, dimension, kappa);
        Estimate found = SphereEntropy.of(law.sample(1600, Samples.seeded(6)), 1);
        assertThat(found.caution()).isEmpty();
        // One draw: an interval of 95 % half as wide again.
        double slack = (found.high() - found.low()) / 4;
        assertThat(law.entropyUpperBound()).isBetween(found.low() - slack, found.high() + slack);
        assertThat(found.high() - found.low()).isLessThan(0.25 + dimension / 100.0);
    }

    /** Half of the rows are v, half are -v: no density, so the estimate must say that it is none or be finite. */
    @Test
    void of_rowsAtTwoOppositePoints_isFiniteAndCautioned() {
        double[] rows = new double[100 * 8];
        for (int i = 0; i < 100; i++) {
            rows[8 * i] = i % 2 == 0 ? 1 : -1;
        }
        Estimate found = SphereEntropy.of(Tensor.create(rows).view(100, 8), 1);
        assertThat(found.value()).isFinite();
        assertThat(found.low()).isFinite();
        assertThat(found.high()).isFinite();
        assertThat(found.caution()).isPresent();
    }

    /** The law of a projected normal with one long axis: no reference of the kind fitted, few dimensions. */
    @Test
    void of_lawOutsideTheReferences_isStillFoundInFewDimensions() {
        // On the circle: angle density of a normal with deviations 3 and 1.
        double a = 3;
        java.util.Random random = Samples.seeded(9);
        double[] rows = new double[2 * 4000];
        for (int i = 0; i < 4000; i++) {
            double x = a * random.nextGaussian();
            double y = random.nextGaussian();
            rows[2 * i] = x / Math.hypot(x, y);
            rows[2 * i + 1] = y / Math.hypot(x, y);
        }
        double truth = Quadrature.simpson(
                t -> {
                    double c = Math.cos(t);
                    double s = Math.sin(t);
                    double density = 1 / (2 * Math.PI * a * (c * c / (a * a) + s * s));
                    return -density * Math.log(density);
                },
                0,
                2 * Math.PI);
        Estimate found = SphereEntropy.of(Tensor.create(rows, 4000, 2), 3);
        assertThat(found.value()).isCloseTo(truth, within(0.06));
        assertThat(truth).isBetween(found.low(), found.high());
    }

    /** Two circles in four dimensions are a surface of two dimensions in one of three: there is no entropy to find. */
    @Test
    void of_productOfCircles_warnsOfFewerDimensions() {
        Estimate found =
                SphereEntropy.of(Samples.circles(1000, 0, Samples.seeded(2)).select(1, 0), 1);
        assertThat(found.caution()).isPresent();
        assertThat(found.caution().orElseThrow()).contains("surface of about 2 dimensions, not 3");
    }

    @Test
    void of_coincidentPoints_isFarBelowAndWarned() {
        Tensor same = Samples.uniform(2, 16, Samples.seeded(1)).select(0, 0).expand(100, 16);
        Estimate found = SphereEntropy.of(same, 1);
        assertThat(found.value()).isLessThan(-150);
        assertThat(found.caution()).isPresent();
    }

    /** Two opposite points: a half in which both are equally frequent has mean zero, and clusters have no width. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 16, 300})
    void of_oppositePoints_isFarBelowAndWarned(int dimension) {
        Tensor one = Samples.uniform(1, dimension, Samples.seeded(1)).view(1, dimension);
        Tensor pair = torch.cat(new TensorVector(one, one.neg()), 0);
        for (int seed = 0; seed < 20; seed++) {
            Estimate found = SphereEntropy.of(pair.repeat(30, 1), seed);
            assertThat(found.value()).isLessThan(-10.0 * (dimension - 1));
            assertThat(found.low()).isLessThanOrEqualTo(found.value());
            assertThat(found.high()).isGreaterThanOrEqualTo(found.value());
            assertThat(found.caution()).isPresent();
        }
    }

    @Test
    void of_sameSeed_sameNumbers() {
        Tensor points = Samples.concentrated(300, 8, 20, Samples.seeded(4));
        assertThat(SphereEntropy.of(points, 5)).isEqualTo(SphereEntropy.of(points, 5));
    }

    @Test
    void of_wrongInput_isReported() {
        assertThatThrownBy(() -> SphereEntropy.of(Samples.uniform(10, 3, Samples.seeded(1)), 1))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("at least 40 points");
        assertThatThrownBy(() -> SphereEntropy.of(Tensor.create(new double[200], 100, 2), 1))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("row 0");
    }
}

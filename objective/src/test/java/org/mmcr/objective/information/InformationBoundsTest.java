package org.mmcr.objective.information;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.function.DoubleUnaryOperator;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mmcr.core.MmcrException;
import org.mmcr.objective.PointerScopeExtension;

/** Both bounds, and what they are made of, on views whose mutual information is known. */
@ExtendWith(PointerScopeExtension.class)
@Tag("long")
class InformationBoundsTest {
    /** The decoder is the true law here, so the bound is the information itself: log area less the noise's entropy. */
    @ParameterizedTest
    @CsvSource({"2,8", "8,30", "64,100", "64,1e5", "512,800"})
    void bound_chainedViews_isTheInformation(int dimension, double kappa) {
        ViewInformation found = ViewInformation.of(Samples.chained(1500, dimension, kappa, Samples.seeded(7)), 1);
        VonMisesFisher noise = new VonMisesFisher(dimension, kappa);
        double truth = found.entropyMax() - noise.entropy();
        assertThat(found.entropyMax()).isCloseTo(Quadrature.logArea(dimension), within(1e-9 * dimension));
        assertThat(found.reconstruction().kappa()).isCloseTo(kappa, within(0.1 * kappa));
        assertThat(-noise.entropy())
                .isBetween(
                        found.reconstruction().value().low(),
                        found.reconstruction().value().high());
        assertThat(truth)
                .isBetween(found.miLowerBound().low(), found.miLowerBound().high());
        assertThat(found.infoNce().value().value()).isLessThan(Math.min(truth, Math.log(1500)) + 0.1);
    }

    /**
     * Views around a hidden centre: the joint density is C(k)^2 / C(k |z1 + z2|), so the information is one integral.
     */
    @ParameterizedTest
    @CsvSource({"3,3", "3,12", "8,15", "32,60"})
    void bounds_hiddenCentre_stayBelowTheIntegratedInformation(int dimension, double kappa) {
        Tensor views = Samples.hidden(2000, 2, dimension, kappa, Samples.seeded(7));
        double truth = information(dimension, kappa);
        ViewInformation found = ViewInformation.of(views, 1);
        assertThat(found.miLowerBound().low()).isLessThan(truth);
        assertThat(found.miLowerBound().value()).isCloseTo(truth, within(0.15 + 0.15 * truth));
        assertThat(found.infoNce().value().low()).isLessThan(truth);
        assertThat(found.infoNce().value().value()).isGreaterThan(Math.min(0.8 * truth, Math.log(2000) - 1.5) - 0.1);
    }

    private static double information(int dimension, double kappa) {
        double logArea = Quadrature.logArea(dimension);
        DoubleUnaryOperator logRatio = t ->
                logArea - 2 * logNormaliser(dimension, kappa) + logNormaliser(dimension, 2 * kappa * Math.cos(t / 2));
        return Quadrature.mean(dimension, logRatio, logRatio);
    }

    /** log of the integral of exp(kappa cos) over the sphere, from the tested closed form of the density. */
    private static double logNormaliser(int dimension, double kappa) {
        return kappa - new VonMisesFisher(dimension, kappa).logPeak();
    }

    /** The score's form is that of the true density ratio, so InfoNCE loses only what a finite N costs. */
    @Test
    void infoNce_productOfCircles_reachesTheInformation() {
        Tensor views = Samples.circles(3000, 4, Samples.seeded(3));
        double truth = 2 * (Math.log(2 * Math.PI) - new VonMisesFisher(2, 4).entropy());
        Estimate found = InfoNce.of(views).value();
        assertThat(found.value()).isCloseTo(truth, within(0.06));
        assertThat(truth).isBetween(found.low() - 0.02, found.high() + 0.02);
    }

    @Test
    void infoNce_independentViews_isZeroAndIdenticalOnes_reachTheCeiling() {
        Tensor points = Samples.uniform(1000, 16, Samples.seeded(5)).view(500, 2, 16);
        assertThat(InfoNce.of(points).value().value()).isCloseTo(0, within(0.02));
        Tensor twice = points.select(1, 0).unsqueeze(1).expand(500, 2, 16);
        InfoNce same = InfoNce.of(twice);
        assertThat(same.value().value()).isCloseTo(Math.log(500), within(1e-6));
        assertThat(same.value().caution().orElseThrow()).contains("ceiling");
    }

    /** Against sums over all pairs, written as loops. */
    @Test
    void alignmentAndUniformity_randomViews_matchSlowSums() {
        int n = 60;
        int k = 3;
        int d = 5;
        Tensor views = Samples.hidden(n, k, d, 6, Samples.seeded(11));
        double[] z = SpherePoints.values(views);
        double alignment = 0;
        double kernel = 0;
        for (int i = 0; i < n; i++) {
            for (int a = 0; a < k; a++) {
                for (int b = 0; b < k; b++) {
                    alignment += a == b ? 0 : squared(z, (i * k + a) * d, (i * k + b) * d, d);
                }
            }
            for (int j = 0; j < n; j++) {
                kernel += i == j ? 0 : Math.exp(-2 * squared(z, i * k * d, j * k * d, d));
            }
        }
        AlignmentUniformity found = AlignmentUniformity.of(views);
        assertThat(found.alignment()).isCloseTo(alignment / (n * k * (k - 1)), within(1e-12));
        assertThat(found.uniformity()).isCloseTo(Math.log(kernel / (n * (n - 1))), within(1e-12));
    }

    /** E exp(-4 (1 - cos)) of uniform points is a ratio of areas weighted by exp(4 cos). */
    @ParameterizedTest
    @CsvSource({"3", "32"})
    void uniformity_uniformPoints_tendsToItsIntegral(int dimension) {
        Tensor points = Samples.uniform(4000, dimension, Samples.seeded(5)).view(2000, 2, dimension);
        double expected = Quadrature.logIntegral(dimension, t -> 4 * (Math.cos(t) - 1)) - Quadrature.logArea(dimension);
        assertThat(AlignmentUniformity.of(points).uniformity()).isCloseTo(expected, within(0.01));
    }

    private static double squared(double[] z, int a, int b, int d) {
        double sum = 0;
        for (int i = 0; i < d; i++) {
            sum += (z[a + i] - z[b + i]) * (z[a + i] - z[b + i]);
        }
        return sum;
    }

    @Test
    void reconstruction_coincidentViews_isBoundedAndOneView_isReported() {
        Tensor points = Samples.uniform(50, 8, Samples.seeded(5));
        Tensor twice = points.unsqueeze(1).expand(50, 2, 8);
        assertThat(Reconstruction.of(twice).value().value()).isGreaterThan(80).isLessThan(200);
        assertThatThrownBy(() -> Reconstruction.of(points.unsqueeze(1)))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("at least 2 views");
        assertThatThrownBy(() -> InfoNce.of(twice.mul(new Scalar(Double.NaN))))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("NaN");
    }
}

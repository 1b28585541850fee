package org.mmcr.objective.information;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mmcr.core.MmcrException;

class VonMisesFisherTest {
    @ParameterizedTest
    @CsvSource({"2,0.5", "2,30", "3,4", "8,2", "32,1e-3", "32,100", "128,500", "512,40", "512,3000", "10000,20000"})
    void entropyDensityAndMean_anySize_matchIntegrals(int dimension, double kappa) {
        VonMisesFisher law = new VonMisesFisher(dimension, kappa);
        double logNormaliser = Quadrature.logIntegral(dimension, angle -> kappa * (Math.cos(angle) - 1));
        double mean = Quadrature.mean(dimension, angle -> kappa * (Math.cos(angle) - 1), Math::cos);
        assertThat(law.logDensity(1)).isCloseTo(-logNormaliser, within(1e-9 * Math.abs(logNormaliser) + 1e-10));
        assertThat(law.logDensity(0.25) - law.logDensity(1)).isCloseTo(-0.75 * kappa, within(1e-9 * kappa + 1e-10));
        assertThat(law.meanCosine()).isCloseTo(mean, within(1e-10));
        double entropy = logNormaliser + kappa * (1 - mean);
        assertThat(law.entropy()).isCloseTo(entropy, within(1e-9 * Math.abs(entropy) + 1e-9));
    }

    /** On the ordinary sphere: density kappa / (4 pi sinh kappa) exp(kappa cos). */
    @ParameterizedTest
    @CsvSource({"0.01", "1", "20", "600"})
    void entropy_threeDimensions_matchesClosedForm(double kappa) {
        double logSinh = kappa + Math.log(-Math.expm1(-2 * kappa)) - Math.log(2);
        double mean = 1 / Math.tanh(kappa) - 1 / kappa;
        assertThat(new VonMisesFisher(3, kappa).entropy())
                .isCloseTo(Math.log(4 * Math.PI / kappa) + logSinh - kappa * mean, within(1e-11));
    }

    @Test
    void entropy_hugeConcentration_tendsToThatOfANormal() {
        double kappa = 1e11;
        double normal = 127 / 2.0 * Math.log(2 * Math.PI * Math.E / kappa);
        assertThat(new VonMisesFisher(128, kappa).entropy()).isCloseTo(normal, within(1e-6));
    }

    @Test
    void entropy_noConcentration_isLogArea() {
        assertThat(new VonMisesFisher(512, 0).entropy()).isCloseTo(Quadrature.logArea(512), within(1e-10));
        assertThat(new VonMisesFisher(512, 1e-6).entropy()).isCloseTo(Quadrature.logArea(512), within(1e-9));
    }

    @ParameterizedTest
    @CsvSource({"2,0.01", "2,5", "2,1e9", "32,1e-4", "32,1e6", "512,0.5", "512,1e10", "10000,30", "10000,1e8"})
    void fit_meanCosineOfALaw_findsItsConcentration(int dimension, double kappa) {
        VonMisesFisher law = VonMisesFisher.fit(dimension, new VonMisesFisher(dimension, kappa).meanCosine());
        // A cosine near 1 or 0 has lost digits of kappa already.
        double digits = Math.max(1e-11, 1e-15 * (kappa / dimension + dimension / kappa));
        assertThat(law.kappa()).isCloseTo(kappa, within(digits * kappa));
    }

    @Test
    void fit_extremes_areUniformAndBounded() {
        assertThat(VonMisesFisher.fit(16, -0.3).kappa()).isZero();
        assertThat(VonMisesFisher.fit(16, 0).kappa()).isZero();
        assertThat(VonMisesFisher.fit(16, 1).kappa()).isCloseTo(7.5e12, within(1e11));
        assertThatThrownBy(() -> VonMisesFisher.fit(16, Double.NaN)).isInstanceOf(MmcrException.class);
    }

    @ParameterizedTest
    @CsvSource({"2,3", "3,0", "8,50", "200,100", "3000,1e5"})
    void sample_anySize_hasMeanAndSpreadOfTheLaw(int dimension, double kappa) {
        int count = dimension > 1000 ? 300 : 4000;
        double[] mean = Samples.axis(dimension, dimension - 1, -1);
        VonMisesFisher law = new VonMisesFisher(dimension, kappa);
        double[] rows = SpherePoints.values(law.sample(mean, count, Samples.seeded(5)));
        double[] cosines = new double[count];
        double[] others = new double[count];
        for (int row = 0; row < count; row++) {
            cosines[row] = -rows[(row + 1) * dimension - 1];
            others[row] = rows[row * dimension];
        }
        Moments cosine = Moments.of(cosines);
        double expected = kappa == 0 ? 0 : Quadrature.mean(dimension, a -> kappa * (Math.cos(a) - 1), Math::cos);
        double square = Quadrature.mean(dimension, a -> kappa * (Math.cos(a) - 1), a -> Math.cos(a) * Math.cos(a));
        assertThat(cosine.mean()).isCloseTo(expected, within(4 * cosine.standardError()));
        assertThat(cosine.deviation())
                .isCloseTo(Math.sqrt(square - expected * expected), within(0.2 * cosine.deviation()));
        Moments other = Moments.of(others);
        assertThat(other.mean()).isCloseTo(0, within(4 * other.standardError()));
        assertThat(other.deviation())
                .isCloseTo(Math.sqrt((1 - square) / (dimension - 1)), within(0.2 * other.deviation()));
    }

    @Test
    void sample_rows_haveLengthOne() {
        Tensor rows = Samples.concentrated(50, 64, 1e4, Samples.seeded(1));
        assertThat(rows.square()
                        .sum(1)
                        .sub(new org.bytedeco.pytorch.Scalar(1))
                        .abs()
                        .max()
                        .item_double())
                .isLessThan(1e-13);
    }

    @Test
    void constructorAndSample_wrongInput_areReported() {
        assertThatThrownBy(() -> new VonMisesFisher(1, 3)).hasMessageContaining("found 1");
        assertThatThrownBy(() -> new VonMisesFisher(3, Double.NaN)).hasMessageContaining("NaN");
        assertThatThrownBy(() -> new VonMisesFisher(3, 1).sample(new double[] {1, 1, 0}, 2, Samples.seeded(1)))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("normalise");
    }
}

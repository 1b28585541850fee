package org.mmcr.objective.information;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mmcr.core.MmcrException;
import org.mmcr.objective.PointerScopeExtension;

@ExtendWith(PointerScopeExtension.class)
class VonMisesFisherMixtureTest {
    /** On the circle the entropy is an integral that Simpson's rule takes. */
    @ParameterizedTest
    @CsvSource({"0.3", "2", "10", "200"})
    void densityAndBounds_circle_agreeWithQuadrature(double kappa) {
        VonMisesFisherMixture mixture = Mixtures.axes(2, 2, kappa);
        double i0 = Quadrature.simpson(x -> Math.exp(kappa * (Math.cos(x) - 1)), 0, Math.PI) / Math.PI;
        DoubleUnaryOperator density =
                t -> (Math.exp(kappa * (Math.cos(t) - 1)) + Math.exp(kappa * (Math.sin(t) - 1))) / (4 * Math.PI * i0);
        double entropy =
                Quadrature.simpson(t -> -density.applyAsDouble(t) * Math.log(density.applyAsDouble(t)), 0, 2 * Math.PI);
        double[] point = {Math.cos(0.4), Math.sin(0.4), 0, 1};
        assertThat(mixture.logDensity(Tensor.create(point, 2, 2))[0])
                .isCloseTo(Math.log(density.applyAsDouble(0.4)), within(1e-9));
        assertThat(mixture.entropyLowerBound()).isLessThanOrEqualTo(entropy + 1e-9);
        assertThat(mixture.entropyUpperBound()).isGreaterThanOrEqualTo(entropy - 1e-9);
        assertThat(mixture.entropyUpperBound() - mixture.entropyLowerBound()).isLessThan(0.4);
    }

    @Test
    void logDensity_twoComponents_isLogOfWeightedSum() {
        VonMisesFisherMixture mixture = Mixtures.axes(3, 6, 9);
        VonMisesFisher law = new VonMisesFisher(6, 9);
        double[] point = {0.6, 0, 0.8, 0, 0, 0};
        double expected = Math.log(
                (Math.exp(law.logDensity(0.6)) + Math.exp(law.logDensity(0)) + Math.exp(law.logDensity(0.8))) / 3);
        double[] twice = Arrays.copyOf(point, 12);
        System.arraycopy(point, 0, twice, 6, 6);
        assertThat(mixture.logDensity(Tensor.create(twice, 2, 6)))
                .containsExactly(new double[] {expected, expected}, within(1e-12));
        assertThat(mixture.logDensity(Tensor.create(point, 1, 6)))
                .containsExactly(new double[] {expected}, within(1e-12));
    }

    @Test
    void logDensity_noPointOrAnotherDimension_isReported() {
        VonMisesFisherMixture mixture = Mixtures.axes(2, 6, 9);
        for (Tensor wrong : List.of(torch.zeros(0, 6), torch.ones(1, 1), torch.ones(6))) {
            assertThatThrownBy(() -> mixture.logDensity(wrong))
                    .isInstanceOf(MmcrException.class)
                    .hasMessageContaining("at least one unit row of 6 dimensions");
        }
    }

    @ParameterizedTest
    @CsvSource({"8,400", "512,6000"})
    void entropyBounds_separatedComponents_coincideAtLogCountMore(int dimension, double kappa) {
        VonMisesFisherMixture mixture = Mixtures.axes(5, dimension, kappa);
        double expected = new VonMisesFisher(dimension, kappa).entropy() + Math.log(5);
        assertThat(mixture.entropyLowerBound()).isCloseTo(expected, within(1e-9));
        assertThat(mixture.entropyUpperBound()).isCloseTo(expected, within(1e-9));
    }

    @Test
    void entropyBounds_sameComponentTwice_areItsEntropy() {
        VonMisesFisher law = new VonMisesFisher(64, 80);
        List<Double> mean = VonMisesFisherMixture.boxed(Samples.axis(64, 3, 1));
        VonMisesFisherMixture mixture =
                new VonMisesFisherMixture(List.of(0.3, 0.7), List.of(mean, mean), List.of(law, law));
        assertThat(mixture.entropyLowerBound()).isCloseTo(law.entropy(), within(1e-9));
        assertThat(mixture.entropyUpperBound()).isCloseTo(law.entropy(), within(1e-9));
    }

    @ParameterizedTest
    @CsvSource({"3,30", "32,200", "256,2000"})
    void fit_drawsOfAMixture_findsIt(int dimension, double kappa) {
        VonMisesFisherMixture truth = Mixtures.axes(3, dimension, kappa);
        Tensor rows = truth.sample(1500, Samples.seeded(8));
        VonMisesFisherMixture found = new MixtureFit(rows).fit(3, Samples.seeded(2));
        assertThat(found.weights()).hasSize(3).allMatch(weight -> Math.abs(weight - 1.0 / 3) < 0.06);
        assertThat(found.laws()).allMatch(law -> Math.abs(law.kappa() / kappa - 1) < 0.12);
        double own = Arrays.stream(truth.logDensity(rows)).average().orElseThrow();
        double fitted = Arrays.stream(found.logDensity(rows)).average().orElseThrow();
        // A fit gains about half a nat for each of its parameters, shared by the points.
        assertThat(fitted - own).isBetween(-0.01, 3.0 * dimension / 1500);
    }

    @Test
    void constructor_wrongParts_areReported() {
        VonMisesFisher law = new VonMisesFisher(3, 1);
        List<Double> mean = List.of(1.0, 0.0, 0.0);
        assertThatThrownBy(() -> new VonMisesFisherMixture(List.of(0.4), List.of(mean), List.of(law)))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("sum");
        assertThatThrownBy(() -> new VonMisesFisherMixture(List.of(1.0), List.of(List.of(1.0, 1.0, 0.0)), List.of(law)))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("component 0");
    }
}

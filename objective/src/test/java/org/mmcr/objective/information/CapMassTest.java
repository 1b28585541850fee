package org.mmcr.objective.information;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mmcr.objective.PointerScopeExtension;

@ExtendWith(PointerScopeExtension.class)
class CapMassTest {
    @ParameterizedTest
    @CsvSource({
        "2,1,0.3",
        "2,2,2.5",
        "3,0.4,0.1",
        "3,3.1,0.2",
        "8,1.5,1.2",
        "64,1.6,1.3",
        "64,0.7,2.2",
        "512,1.5,1.4",
        "10000,1.57,1.5"
    })
    void log_uniformLaw_isShareOfTheArea(int dimension, double angle, double radius) {
        UnitSphere sphere = new UnitSphere(dimension);
        double expected = sphere.logCapArea(radius) - sphere.logArea();
        assertThat(new CapMass(dimension).log(new VonMisesFisher(dimension, 0), angle, radius))
                .isCloseTo(expected, within(2e-6));
    }

    /** Around the mean direction the mass is an integral over one angle. */
    @ParameterizedTest
    @CsvSource({"2,3,0.4", "3,20,0.2", "8,5,1.5", "64,200,0.9", "512,1000,1.2", "512,300,0.3", "10000,5000,1.3"})
    void log_capAroundTheMean_matchesQuadrature(int dimension, double kappa, double radius) {
        VonMisesFisher law = new VonMisesFisher(dimension, kappa);
        DoubleUnaryOperator log =
                t -> kappa * (Math.cos(t) - 1) + (dimension == 2 ? 0 : (dimension - 2) * Math.log(Math.sin(t)));
        double most = DoubleStream.iterate(radius / 1000, t -> t + radius / 1000)
                .limit(1000)
                .map(log)
                .max()
                .orElseThrow();
        double integral = Quadrature.simpson(t -> Math.exp(log.applyAsDouble(t) - most), 0, radius);
        double ring = dimension == 2 ? Math.log(2) : Quadrature.logArea(dimension - 1);
        double mass = new CapMass(dimension).log(law, 0, radius);
        assertThat(mass).isCloseTo(ring + most + Math.log(integral) + law.logDensity(1), within(2e-6));
        assertThat(mass).isCloseTo(new CapMass(dimension).log(law, 1e-9, radius), within(1e-6));
    }

    @ParameterizedTest
    @CsvSource({"2,2,1,0.5", "3,4,1.2,0.6", "5,8,0.5,1.0", "16,30,0.8,0.9", "64,40,1.2,1.3", "200,300,0.9,1.1"})
    void log_capAnywhere_matchesShareOfDraws(int dimension, double kappa, double angle, double radius) {
        int count = 60_000;
        double[] mean = Samples.axis(dimension, 0, 1);
        VonMisesFisher law = new VonMisesFisher(dimension, kappa);
        double[] rows = law.draw(mean, count, Samples.seeded(3));
        int inside = 0;
        for (int row = 0; row < count; row++) {
            double cosine = Math.cos(angle) * rows[row * dimension] + Math.sin(angle) * rows[row * dimension + 1];
            inside += cosine >= Math.cos(radius) ? 1 : 0;
        }
        double mass = Math.exp(new CapMass(dimension).log(law, angle, radius));
        double fraction = (double) inside / count;
        assertThat(inside).isGreaterThan(100);
        assertThat(mass).isCloseTo(fraction, within(4 * Math.sqrt(fraction / count)));
    }

    @Test
    void log_wholeSphereAndTinyCap_areOneAndDensityTimesArea() {
        VonMisesFisher law = new VonMisesFisher(32, 60);
        CapMass caps = new CapMass(32);
        assertThat(caps.log(law, 0.7, Math.PI)).isCloseTo(0, within(1e-6));
        double tiny = 1e-5;
        assertThat(caps.log(law, 0.7, tiny))
                .isCloseTo(law.logDensity(Math.cos(0.7)) + new UnitSphere(32).logCapArea(tiny), within(1e-4));
    }

    @Test
    void mixture_twoLaws_addsTheirMasses() {
        VonMisesFisher law = new VonMisesFisher(8, 20);
        VonMisesFisherMixture mixture = Mixtures.opposite(8, 20);
        double[] mass =
                mixture.logCapMass(org.bytedeco.pytorch.Tensor.create(Samples.axis(8, 0, 1), 1, 8), new double[] {0.8});
        CapMass caps = new CapMass(8);
        double expected = (Math.exp(caps.log(law, 0, 0.8)) + Math.exp(caps.log(law, Math.PI, 0.8))) / 2;
        assertThat(Math.exp(mass[0])).isCloseTo(expected, within(1e-9));
    }
}

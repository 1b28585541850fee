package org.mmcr.simulations.sphere;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.core.MmcrException;

@Tag("long")
class SphereSimulationTest {
    @TempDir
    private Path temp;

    @Test
    void run_standardSettings_reachesTheBoundFromEveryStart() throws IOException {
        SphereSimulation.Document document = SphereSimulation.run(temp, Settings.standard(1));
        assertThat(document.outcomes()).hasSize(3).allSatisfy(outcome -> {
            assertThat(outcome.last()).as(outcome.start()).isLessThan(1e-6);
            assertThat(outcome.meanSquaredCentroidNorm()).as(outcome.start()).isCloseTo(1, within(1e-5));
            assertThat(outcome.last()).isLessThan(document.uniformPercentError() / 1000);
        });
        // Collapsed: one singular value sqrt(N) against a bound of sqrt(3 N).
        assertThat(document.outcomes().get(0).first()).isCloseTo(1 - 1 / Math.sqrt(3), within(0.01));
        assertThat(Files.readAllLines(temp.resolve("sphere.csv"))).hasSize(1 + 3 * 401);
        assertThat(ImageIO.read(temp.resolve("sphere.png").toFile()).getWidth()).isEqualTo(1800);
        assertThat(document.files())
                .hasSize(8)
                .allSatisfy(name -> assertThat(temp.resolve(name)).isNotEmptyFile());
    }

    @Test
    void descent_endOfRun_isATightFrame() {
        Settings settings = Settings.standard(3);
        Descent.Path path = new Descent(settings).run(Start.RANDOM);
        List<double[]> rows = path.snapshots().get(2).rows();
        double[][] moments = new double[3][3];
        for (double[] row : rows) {
            for (int i = 0; i < 3; i++) {
                for (int j = 0; j < 3; j++) {
                    moments[i][j] += row[i] * row[j] / rows.size();
                }
            }
        }
        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 3; j++) {
                assertThat(moments[i][j]).isCloseTo(i == j ? 1 / 3.0 : 0, within(1e-3));
            }
        }
    }

    @Test
    void descent_fewPointsInManyDimensions_endsPerpendicular() {
        List<Descent.Moment> moments = new Descent(new Settings(6, 2, 20, 300, 0.1, 1))
                .run(Start.RANDOM)
                .moments();
        assertThat(moments.get(moments.size() - 1).nuclearNorm()).isCloseTo(6, within(1e-4));
    }

    @Test
    void run_otherDimension_leavesThePictureOut() throws IOException {
        SphereSimulation.Document document = SphereSimulation.run(temp, new Settings(8, 2, 5, 10, 0.1, 0));
        assertThat(document.files()).doesNotContain("sphere.png").contains("sphere-curve.png");
    }

    @Test
    void settings_outOfRange_reportWhatIsExpected() {
        assertThatThrownBy(() -> new Settings(1, 4, 3, 10, 0.1, 0))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("at least 2 points");
        assertThatThrownBy(() -> new Settings(9, 4, 3, 10, 2, 0)).hasMessageContaining("learning rate");
    }
}

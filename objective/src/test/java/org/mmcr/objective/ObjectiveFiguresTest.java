package org.mmcr.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Names of the objectives, and their figures of three views against plain loops. */
@ExtendWith(PointerScopeExtension.class)
class ObjectiveFiguresTest {
    @Test
    void barlow_ofThreeViews_hasTheFiguresOfPlainLoops() {
        int samples = 12;
        int dimensions = 4;
        Tensor rows = ObjectivesTest.views(18, samples, 3, dimensions);
        double[][][] z = values(rows, samples, 3, dimensions);
        double own = 0;
        double others = 0;
        for (int pair = 0; pair < 3; pair++) {
            for (int i = 0; i < dimensions; i++) {
                for (int j = 0; j < dimensions; j++) {
                    double correlation = correlation(z, pair == 2 ? 1 : 0, i, pair == 0 ? 1 : 2, j);
                    own += i == j ? correlation : 0;
                    others += i == j ? 0 : correlation * correlation;
                }
            }
        }
        Objective.Result result = new BarlowTwinsLoss(0.005).compute(rows, 3);
        assertThat(result.figures().get(BarlowTwinsLoss.INVARIANCE))
                .isCloseTo(own / (3 * dimensions), within(1e-4)); // the loss adds a small number to each variance
        assertThat(result.figures().get(BarlowTwinsLoss.REDUNDANCY))
                .isCloseTo(Math.sqrt(others / (3 * dimensions * (dimensions - 1))), within(1e-4));
    }

    private static double correlation(double[][][] z, int a, int i, int b, int j) {
        double[] x = Arrays.stream(z).mapToDouble(sample -> sample[a][i]).toArray();
        double[] y = Arrays.stream(z).mapToDouble(sample -> sample[b][j]).toArray();
        double meanX = Arrays.stream(x).average().orElseThrow();
        double meanY = Arrays.stream(y).average().orElseThrow();
        double xy = 0;
        double xx = 0;
        double yy = 0;
        for (int n = 0; n < x.length; n++) {
            xy += (x[n] - meanX) * (y[n] - meanY);
            xx += (x[n] - meanX) * (x[n] - meanX);
            yy += (y[n] - meanY) * (y[n] - meanY);
        }
        return xy / Math.sqrt(xx * yy);
    }

    /** rows (N * K, D) -> [N][K][D]. */
    private static double[][][] values(Tensor rows, int samples, int views, int dimensions) {
        double[][][] values = new double[samples][views][dimensions];
        for (int n = 0; n < samples; n++) {
            for (int k = 0; k < views; k++) {
                for (int d = 0; d < dimensions; d++) {
                    values[n][k][d] =
                            rows.select(0, (long) n * views + k).select(0, d).item_double();
                }
            }
        }
        return values;
    }

    @Test
    void clip_ofThreeModalities_hasTheFiguresOfPlainLoops() {
        int samples = 12;
        Tensor rows = ObjectivesTest.views(19, samples, 3, 4);
        double[][][] z = values(rows, samples, 3, 4);
        double cosines = 0;
        double found = 0;
        for (int pair = 0; pair < 3; pair++) {
            int a = pair == 2 ? 1 : 0;
            int b = pair == 0 ? 1 : 2;
            for (int n = 0; n < samples; n++) {
                double own = Whitening.cosine(z[n][a], z[n][b]);
                cosines += own / (3 * samples);
                boolean forth = true;
                boolean back = true;
                for (int m = 0; m < samples; m++) {
                    forth &= m == n || Whitening.cosine(z[n][a], z[m][b]) < own;
                    back &= m == n || Whitening.cosine(z[m][a], z[n][b]) < own;
                }
                found += ((forth ? 0.5 : 0) + (back ? 0.5 : 0)) / (3 * samples);
            }
        }
        Objective.Result result = new ClipLoss(0.2).compute(rows, 3);
        assertThat(result.figures().get(ClipLoss.POSITIVE_COSINE)).isCloseTo(cosines, within(1e-12));
        assertThat(found).isBetween(0.3, 0.99);
        assertThat(result.figures().get(ClipLoss.CONTRASTIVE_ACCURACY)).isCloseTo(found, within(1e-12));
    }

    @Test
    void lejepa_ofThreeViews_hasThePredictionTermOfPlainLoops() {
        int samples = 5;
        Tensor rows = ObjectivesTest.views(20, samples, 3, 4);
        double sum = 0;
        for (double[][] sample : values(rows, samples, 3, 4)) {
            for (int d = 0; d < 4; d++) {
                double mean = (sample[0][d] + sample[1][d] + sample[2][d]) / 3;
                for (double[] view : sample) {
                    sum += (view[d] - mean) * (view[d] - mean);
                }
            }
        }
        assertThat(new LeJepaLoss(0.02, 8).compute(rows, 3).figures().get(LeJepaLoss.PREDICTION))
                .isCloseTo(sum / (samples * 3 * 4), within(1e-12));
    }

    @Test
    void name_ofEachObjective_isThatOfTheOption() {
        assertThat(Stream.concat(
                                Objectives.all().stream(),
                                Stream.of(
                                        new MmcrLoss(),
                                        new PredictionLoss(PredictionLoss.Form.BYOL),
                                        new PredictionLoss(PredictionLoss.Form.SIMSIAM)))
                        .map(Objective::name))
                .containsExactly(
                        "simclr",
                        "barlow",
                        "vicreg",
                        "wmse",
                        "align-uniform",
                        "lejepa",
                        "clip",
                        "mmcr",
                        "byol",
                        "simsiam");
    }
}

package org.mmcr.analysis.projection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mmcr.core.MmcrException;
import org.mmcr.objective.PointerScopeExtension;

@ExtendWith(PointerScopeExtension.class)
class FeatureMapTest {
    private static final int GROUPS = 6;

    @ParameterizedTest
    @EnumSource(FeatureMap.class)
    void of_noneOneOrEqualSamples_areInTheMiddle(FeatureMap map) {
        assertThat(lay(map, new double[0][3], 0).size()).isZero();
        for (int n : new int[] {1, 2, 40}) {
            double[][] equal = new double[n][];
            Arrays.fill(equal, new double[] {1, 2, 3});
            Layout layout = lay(map, equal, 0);
            assertThat(layout.size()).isEqualTo(n);
            for (int i = 0; i < n; i++) {
                assertThat(layout.x()[i]).isBetween(-1f, 1f);
                assertThat(layout.y()[i]).isBetween(-1f, 1f);
            }
        }
        Layout zeros = lay(map, new double[40][3], 0);
        assertThat(zeros.x()).doesNotContain(Float.NaN);
    }

    @ParameterizedTest
    @EnumSource(FeatureMap.class)
    void of_oneFeature_isALine(FeatureMap map) {
        Layout layout = lay(map, new double[][] {{-1}, {2}, {3}}, 0);
        assertThat(layout.y()).containsOnly(0f);
        assertThat(layout.x()[1]).isEqualTo(layout.x()[2]);
    }

    @ParameterizedTest
    @EnumSource(FeatureMap.class)
    void of_notFinite_isReported(FeatureMap map) {
        assertThatThrownBy(() -> lay(map, new double[][] {{1, Double.NaN}, {1, 0}}, 0))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("finite");
    }

    @ParameterizedTest
    @EnumSource(FeatureMap.class)
    void of_anyScaleOfRows_isTheSame(FeatureMap map) {
        double[][] data = groups(60, 0.3, 3);
        double[][] scaled = new double[data.length][];
        for (int i = 0; i < data.length; i++) {
            double factor = i % 2 == 0 ? 1 << 20 : 1.0 / (1 << 20);
            scaled[i] = Arrays.stream(data[i]).map(v -> factor * v).toArray();
        }
        assertThat(lay(map, scaled, 1).x()).containsExactly(lay(map, data, 1).x());
    }

    @Test
    void pca_plane_keepsItsDistances() {
        // Points of a small patch of the sphere: as good as flat, so the map is it, up to a turn and one scale.
        Random random = new Random(5);
        double[][] data = new double[50][];
        for (int i = 0; i < data.length; i++) {
            data[i] = new double[] {1000, random.nextGaussian(), 0.2 * random.nextGaussian(), 0, 0};
        }
        Layout layout = lay(FeatureMap.PCA, data, 0);
        double[][] map = places(layout);
        double scale = distance(map[0], map[1]) / distance(data[0], data[1]);
        for (int i = 2; i < data.length; i++) {
            assertThat(distance(map[0], map[i])).isCloseTo(scale * distance(data[0], data[i]), within(2e-3));
        }
    }

    @Test
    void umap_groups_stayTogetherAndAreTrustworthy() {
        double[][] data = groups(480, 0.25, 11);
        Layout layout = lay(FeatureMap.UMAP, data, 0);
        double[][] map = places(layout);
        int alike = 0;
        for (int i = 0; i < map.length; i++) {
            int sample = i;
            int nearest = IntStream.range(0, map.length)
                    .filter(j -> j != sample)
                    .boxed()
                    .min((a, b) -> Double.compare(distance(map[sample], map[a]), distance(map[sample], map[b])))
                    .orElseThrow();
            alike += nearest % GROUPS == i % GROUPS ? 1 : 0;
        }
        assertThat(alike).isGreaterThanOrEqualTo(476);
        double trust = Trustworthiness.of(data, map, 10);
        assertThat(trust).isGreaterThan(0.9);
        // Twelve dimensions do not fit the plane of the main directions.
        assertThat(trust).isGreaterThan(Trustworthiness.of(data, places(lay(FeatureMap.PCA, data, 0)), 10));
    }

    @Test
    void umap_seed_decidesEverything() {
        double[][] data = groups(200, 0.3, 2);
        Layout first = lay(FeatureMap.UMAP, data, 7);
        Layout again = lay(FeatureMap.UMAP, data, 7);
        assertThat(again.x()).containsExactly(first.x());
        assertThat(again.y()).containsExactly(first.y());
        assertThat(lay(FeatureMap.UMAP, data, 8).x()).isNotEqualTo(first.x());
    }

    /** Row i belongs to group i mod 6; the groups' centres are random directions in 12 dimensions. */
    private static double[][] groups(int n, double noise, long seed) {
        Random random = new Random(seed);
        double[][] centres = new double[GROUPS][];
        Arrays.setAll(centres, g -> random.doubles(12, -1, 1).toArray());
        double[][] rows = new double[n][];
        for (int i = 0; i < n; i++) {
            double[] centre = centres[i % GROUPS];
            rows[i] = Arrays.stream(centre)
                    .map(c -> c + noise * random.nextGaussian())
                    .toArray();
            double length = Math.sqrt(Arrays.stream(rows[i]).map(v -> v * v).sum());
            rows[i] = Arrays.stream(rows[i]).map(v -> v / length).toArray();
        }
        return rows;
    }

    private static Layout lay(FeatureMap map, double[][] rows, long seed) {
        int width = rows.length == 0 ? 3 : rows[0].length;
        float[] flat = new float[rows.length * width];
        for (int i = 0; i < flat.length; i++) {
            flat[i] = (float) rows[i / width][i % width];
        }
        Tensor features = rows.length == 0
                ? org.bytedeco.pytorch.global.torch.zeros(0, width)
                : Tensor.create(flat).view(rows.length, width);
        return map.of(features, seed);
    }

    private static double[][] places(Layout layout) {
        double[][] places = new double[layout.size()][];
        Arrays.setAll(places, i -> new double[] {layout.x()[i], layout.y()[i]});
        return places;
    }

    private static double distance(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        }
        return Math.sqrt(sum);
    }
}

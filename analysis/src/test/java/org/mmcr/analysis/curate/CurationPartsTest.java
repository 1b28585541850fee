package org.mmcr.analysis.curate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.mmcr.core.capacity.CapacityProgress;
import org.mmcr.data.Picture;
import org.mmcr.train.evaluate.NearestNeighbours;
import org.mmcr.train.evaluate.NearestRows;

@Tag("long")
class CurationPartsTest {
    private static final int WIDTH = 6;

    @Test
    void sketches_ofChangedPictures_areLikeTheOriginal() {
        Picture picture = noise(40, 48, 1);
        PictureSketch original = PictureSketch.of(picture);
        assertThat(PictureSketch.of(picture).sameContent(original)).isTrue();
        PictureSketch brighter = PictureSketch.of(changed(picture, 1.2, 10));
        assertThat(brighter.sameContent(original)).isFalse();
        assertThat(original.likeness(brighter, false)).isGreaterThan(0.99);
        PictureSketch mirrored = PictureSketch.of(mirrored(picture));
        assertThat(original.likeness(mirrored, false)).isLessThan(0.7);
        assertThat(original.likeness(mirrored, true)).isGreaterThan(0.99);
        assertThat(original.likeness(PictureSketch.of(noise(40, 48, 2)), true)).isLessThan(0.7);
        byte[] grey = new byte[3 * 20 * 20];
        Arrays.fill(grey, (byte) 90);
        PictureSketch uniform = PictureSketch.of(new Picture(20, 20, grey));
        assertThat(uniform.uniform()).isTrue();
        assertThat(original.uniform()).isFalse();
        assertThat(original.likeness(uniform, true)).isZero();
    }

    /** A copy has features at a cosine of 0.5, another picture at 0.9: the pixels decide. */
    @Test
    void duplicates_areThoseWhosePixelsAgree() {
        Picture picture = noise(40, 48, 1);
        List<PictureSketch> sketches = List.of(picture, changed(picture, 1.2, 10), noise(40, 48, 2)).stream()
                .map(PictureSketch::of)
                .toList();
        float[][] rows = {
            {1, 0, 0, 0, 0, 0}, {0.5f, (float) Math.sqrt(0.75), 0, 0, 0, 0}, {0.9f, 0, (float) Math.sqrt(0.19), 0, 0, 0}
        };
        Duplicates found = Duplicates.of(sketches, 0, nearest(rows, 0, 3), false);
        assertThat(found.group()).containsExactly(0, 0, 2);
        assertThat(found.exact()).isZero();
        assertThat(found.score()[1]).isGreaterThan(0.99).isLessThan(1);
        assertThat(found.score()[2]).isLessThan(Duplicates.NEAR);
    }

    /** Two objects before one sky: the levels correlate, the details do not; a crop and a shift of one picture do. */
    @Test
    void likeness_isOfDetailsAtTheBestAlignment() {
        PictureSketch plane = PictureSketch.of(scene(0, 0, 1, 1));
        PictureSketch ship = PictureSketch.of(scene(0, 0, 1, 2));
        assertThat(levelCorrelation(plane, ship)).isGreaterThan(0.9);
        assertThat(plane.likeness(ship, false)).isLessThan(0.6);
        PictureSketch cropped = PictureSketch.of(scene(0.07, 0.1, 0.83, 1));
        PictureSketch shifted = PictureSketch.of(scene(0.08, 0, 1, 1));
        assertThat(plane.likeness(cropped, false)).isGreaterThan(0.95);
        assertThat(cropped.likeness(plane, false)).isGreaterThan(0.95);
        assertThat(plane.likeness(shifted, false)).isGreaterThan(0.95);
        PictureSketch framed = PictureSketch.of(framed(scene(0, 0, 1, 1)));
        assertThat(framed.likeness(PictureSketch.of(framed(scene(0, 0, 1, 2))), false))
                .isLessThan(0.5);
        assertThat(framed.likeness(PictureSketch.of(framed(scene(0, 0, 1, 1))), false))
                .isGreaterThan(0.99);
    }

    /** A smooth sky with a few dark blobs, drawn in a window at {@code (left, top)} of the given side. */
    private static Picture scene(double left, double top, double side, int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[][] blobs = new double[8][];
        Arrays.setAll(blobs, i -> new double[] {random.nextDouble(0.25, 0.75), random.nextDouble(0.25, 0.75)});
        int pixels = 48;
        byte[] rgb = new byte[3 * pixels * pixels];
        for (int i = 0; i < rgb.length; i++) {
            int row = i / 3 / pixels;
            double y = top + side * (row + 0.5) / pixels;
            double x = left + side * (i / 3 % pixels + 0.5) / pixels;
            double level = 230 - 150 * y;
            for (double[] blob : blobs) {
                level -= 40 * Math.exp(-(Math.pow(y - blob[0], 2) + Math.pow(x - blob[1], 2)) / 0.002);
            }
            rgb[i] = (byte) Math.round(Math.max(0, level));
        }
        return new Picture(pixels, pixels, rgb);
    }

    /** A picture with a white frame of six pixels. */
    private static Picture framed(Picture picture) {
        byte[] rgb = picture.rgb().clone();
        for (int i = 0; i < rgb.length; i++) {
            int y = i / 3 / picture.width();
            int x = i / 3 % picture.width();
            if (Math.min(Math.min(x, y), 47 - Math.max(x, y)) < 6) {
                rgb[i] = (byte) 255;
            }
        }
        return new Picture(picture.height(), picture.width(), rgb);
    }

    private static double levelCorrelation(PictureSketch one, PictureSketch other) {
        double[] a = levels(one);
        double[] b = levels(other);
        double ab = 0;
        double aa = 0;
        double bb = 0;
        for (int i = 0; i < a.length; i++) {
            ab += a[i] * b[i];
            aa += a[i] * a[i];
            bb += b[i] * b[i];
        }
        return ab / Math.sqrt(aa * bb);
    }

    private static double[] levels(PictureSketch sketch) {
        double[] levels = new double[sketch.grey().length];
        Arrays.setAll(levels, i -> sketch.grey()[i] & 0xff);
        double mean = Arrays.stream(levels).average().orElseThrow();
        return Arrays.stream(levels).map(level -> level - mean).toArray();
    }

    @Test
    void subset_lazilyGreedy_isThatOfTheSlowTwin() {
        float[][] rows = clusters(4, 15, 0.3, 3);
        NearestRows[] nearest = nearest(rows, 0, 60);
        boolean[] eligible = new boolean[60];
        Arrays.fill(eligible, true);
        eligible[7] = false;
        DiverseSubset found = DiverseSubset.of(nearest, 0, eligible, 20);
        double[][] similarity = new double[60][60];
        for (int i = 0; i < 60; i++) {
            for (int rank = 0; rank < nearest[i].size(); rank++) {
                similarity[i][nearest[i].row(rank)] = Math.max(0, nearest[i].similarity(rank));
            }
            similarity[i][i] = 1;
        }
        double[] best = new double[60];
        List<Integer> order = new ArrayList<>();
        Set<Integer> taken = new HashSet<>(Set.of(7));
        for (int round = 0; round < 20; round++) {
            int chosen = -1;
            double most = -1;
            for (int j = 0; j < 60; j++) {
                double gain = 0;
                for (int i = 0; i < 60; i++) {
                    gain += Math.max(0, similarity[i][j] - best[i]);
                }
                if (!taken.contains(j) && gain > most + 1e-12) {
                    most = gain;
                    chosen = j;
                }
            }
            order.add(chosen);
            taken.add(chosen);
            for (int i = 0; i < 60; i++) {
                best[i] = Math.max(best[i], similarity[i][chosen]);
            }
        }
        assertThat(found.order()).isEqualTo(order);
        assertThat(found.coverage().get(19))
                .isCloseTo(Arrays.stream(best).average().orElseThrow(), within(1e-9));
        // One of each cluster comes first.
        assertThat(found.order().subList(0, 4).stream().map(i -> i / 15).distinct())
                .hasSize(4);
        assertThat(DiverseSubset.of(nearest, 0, new boolean[60], 5).order()).isEmpty();
    }

    @Test
    void labelIssues_ofFlippedLabels_findsThemAndTheirClass() {
        float[][] rows = clusters(3, 40, 0.4, 5);
        int[] labels = IntStream.range(0, 120).map(i -> i / 40).toArray();
        int[] flipped = {3, 50, 111};
        for (int i : flipped) {
            labels[i] = (labels[i] + 1) % 3;
        }
        labels[20] = -1;
        try (Tensor features = tensor(rows)) {
            LabelIssues found = LabelIssues.of(
                    features,
                    labels,
                    List.of("a", "b", "c"),
                    nearest(rows, 0, 51),
                    0,
                    IntStream.range(0, 120).toArray(),
                    0,
                    fold -> {});
            assertThat(IntStream.range(0, 120).filter(i -> found.suspected()[i]))
                    .containsExactly(3, 50, 111);
            for (int i : flipped) {
                assertThat(found.suggested()[i]).isEqualTo(i / 40);
                assertThat(found.score()[i]).isBetween(0.75, 1.0);
            }
            assertThat(found.judged()).isEqualTo(119);
            assertThat(found.agreeing()).isEqualTo(116);
            assertThat(found.score()[20]).isZero();
        }
    }

    @Test
    void labelIssues_ofOneClassOrTooFewPictures_areNone() {
        float[][] rows = clusters(2, 4, 0.1, 6);
        try (Tensor features = tensor(rows)) {
            for (int[] labels : new int[][] {new int[8], {0, 0, 0, 0, 1, 1, 1, 1}, {0, 0, 0, 0, 0, 1, 1, -1}}) {
                LabelIssues found = LabelIssues.of(
                        features, labels, List.of("a", "b"), nearest(rows, 0, 5), 0, new int[8], 0, fold -> {});
                assertThat(found.judged()).isZero();
                assertThat(found.score()).containsOnly(0);
            }
        }
    }

    @Test
    void outliers_oneFarRow_hasTheHighestScoreAndEqualRowsHaveNone() {
        float[][] rows = clusters(1, 60, 0.2, 7);
        Arrays.fill(rows[31], 0);
        rows[31][4] = -5;
        double[] found =
                Outliers.of(nearest(rows, 0, 51), IntStream.range(0, 60).toArray(), 0);
        assertThat(found[31]).isBetween(0.99, 1.0);
        assertThat(IntStream.range(0, 60)
                        .filter(i -> i != 31)
                        .mapToDouble(i -> found[i])
                        .max()
                        .orElseThrow())
                .isLessThan(found[31]);
        assertThat(IntStream.range(0, 60)
                        .filter(i -> found[i] >= Outliers.FLAGGED)
                        .count())
                .isLessThan(10);
        for (float[] row : rows) {
            Arrays.fill(row, 1);
        }
        assertThat(Outliers.of(nearest(rows, 0, 51), IntStream.range(0, 60).toArray(), 0))
                .containsOnly(0);
    }

    /** The graph and the exact search agree, copies have the neighbours of the first of them, and are not found. */
    @Test
    void neighbours_ofCopies_areThoseOfTheFirst() {
        float[][] rows = clusters(4, 30, 0.3, 8);
        int[] first = IntStream.range(0, 120).toArray();
        for (int copy : new int[] {50, 51, 119}) {
            rows[copy] = rows[40];
            first[copy] = 40;
        }
        int from = 20;
        try (Tensor all = tensor(rows)) {
            NearestRows[] exact = new PictureNeighbours(200, 2, CapacityProgress.NONE).of(all, first, from, 8);
            NearestRows[] graph = new PictureNeighbours(10, 2, CapacityProgress.NONE).of(all, first, from, 8);
            assertThat(exact).hasSize(100);
            int found = 0;
            for (int i = 0; i < exact.length; i++) {
                Set<Integer> expected = new HashSet<>();
                for (int rank = 0; rank < 8; rank++) {
                    expected.add(exact[i].row(rank));
                    assertThat(exact[i].row(rank)).isNotIn(50, 51, 119);
                }
                assertThat(exact[i].row(0)).isEqualTo(first[from + i]);
                for (int rank = 0; rank < graph[i].size(); rank++) {
                    found += expected.contains(graph[i].row(rank)) ? 1 : 0;
                }
            }
            assertThat(found).isGreaterThan(790);
            assertThat(exact[119 - from].row(3)).isEqualTo(exact[40 - from].row(3));
        }
    }

    /** 100,000 copies of one picture and one other picture: one group, in seconds. */
    @Test
    void neighbours_ofManyCopies_areTheTwoPictures() {
        int[] first = new int[100_001];
        first[100_000] = 100_000;
        try (Tensor all = torch.ones(100_001, 2)) {
            NearestRows[] nearest = new PictureNeighbours(2, CapacityProgress.NONE).of(all, first, 0, 51);
            assertThat(nearest[77].size()).isEqualTo(2);
            PictureSketch copy = PictureSketch.of(noise(8, 8, 1));
            List<PictureSketch> sketches = new ArrayList<>(Collections.nCopies(100_000, copy));
            sketches.add(PictureSketch.of(noise(8, 8, 2)));
            Duplicates found = Duplicates.of(sketches, 0, nearest, false);
            assertThat(found.groups()).isEqualTo(1);
            assertThat(found.flagged(0)).isEqualTo(99_999);
            assertThat(Outliers.of(nearest, first, 0)).hasSize(100_001);
        }
    }

    private static NearestRows[] nearest(float[][] rows, int from, int count) {
        try (Tensor all = tensor(rows);
                Tensor own = all.narrow(0, from, rows.length - from)) {
            return NearestNeighbours.of(all, own, count);
        }
    }

    private static Tensor tensor(float[][] rows) {
        float[] values = new float[rows.length * rows[0].length];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(rows[i], 0, values, i * rows[0].length, rows[0].length);
        }
        return torch.tensor(values).reshape(rows.length, rows[0].length).clone();
    }

    /** Rows about an axis of their own for each cluster. */
    private static float[][] clusters(int count, int size, double noise, long seed) {
        Random random = new Random(seed);
        float[][] rows = new float[count * size][WIDTH];
        for (int i = 0; i < rows.length; i++) {
            for (int d = 0; d < WIDTH; d++) {
                rows[i][d] = (float) ((i / size == d ? 1 : 0) + noise * random.nextGaussian() / 2);
            }
        }
        return rows;
    }

    /** Coarse random blocks. */
    private static Picture noise(int height, int width, long seed) {
        Random random = new Random(seed);
        int[] levels = random.ints(64, 20, 180).toArray();
        byte[] rgb = new byte[3 * height * width];
        for (int i = 0; i < rgb.length; i++) {
            int y = i / 3 / width;
            int x = i / 3 % width;
            rgb[i] = (byte) levels[y * 8 / height * 8 + x * 8 / width];
        }
        return new Picture(height, width, rgb);
    }

    private static Picture changed(Picture picture, double factor, int shift) {
        byte[] rgb = picture.rgb().clone();
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) Math.min(255, Math.round(factor * (rgb[i] & 0xff)) + shift);
        }
        return new Picture(picture.height(), picture.width(), rgb);
    }

    private static Picture mirrored(Picture picture) {
        byte[] rgb = new byte[picture.rgb().length];
        for (int y = 0; y < picture.height(); y++) {
            for (int x = 0; x < picture.width(); x++) {
                int to = 3 * (y * picture.width() + x);
                int from = 3 * (y * picture.width() + picture.width() - 1 - x);
                System.arraycopy(picture.rgb(), from, rgb, to, 3);
            }
        }
        return new Picture(picture.height(), picture.width(), rgb);
    }
}

package org.mmcr.analysis.curate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mmcr.analysis.curate.CurationFixtures.nearest;
import static org.mmcr.analysis.curate.CurationFixtures.noise;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.mmcr.data.Picture;

@Tag("long")
class DuplicatesTest {
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

    /** Of a picture, its copy at a cosine of 0.5, and another picture at 0.9, each with its nearest as candidates. */
    private static Duplicates amongCandidates(int nearest) {
        Picture picture = noise(40, 48, 1);
        List<PictureSketch> sketches = List.of(picture, changed(picture, 1.2, 10), noise(40, 48, 2)).stream()
                .map(PictureSketch::of)
                .toList();
        float[][] rows = {
            {1, 0, 0, 0, 0, 0}, {0.5f, (float) Math.sqrt(0.75), 0, 0, 0, 0}, {0.9f, 0, (float) Math.sqrt(0.19), 0, 0, 0}
        };
        return Duplicates.of(sketches, 0, nearest(rows, 0, nearest), false);
    }

    /** The copy is less near than the other picture: the pixels decide. */
    @Test
    void duplicates_areThoseWhosePixelsAgree() {
        Duplicates found = amongCandidates(3);
        assertThat(found.group()).containsExactly(0, 0, 2);
        assertThat(found.exact()).isZero();
        assertThat(found.score()[1]).isGreaterThan(0.99).isLessThan(1);
        assertThat(found.score()[2]).isLessThan(Duplicates.NEAR);
    }

    /** The score of the first picture is that of its copy, although the copy is not among its candidates. */
    @Test
    void duplicates_foundFromOneSide_countForBoth() {
        Duplicates found = amongCandidates(2);
        assertThat(found.group()).containsExactly(0, 0, 2);
        assertThat(found.score()[0]).isEqualTo(found.score()[1]).isGreaterThan(0.99);
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

package org.mmcr.data.views;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.mmcr.data.Picture;
import org.mmcr.data.TestPictures;

/** Compares the resampler with a reference that evaluates the filter for every pair of pixels in float64. */
class ResamplerTest {
    /** Half a level for each of two roundings, the first amplified by the bicubic's absolute weights (about 1.3). */
    private static final double ROUNDING = 1.2;

    @Test
    void resize_ofRandomBoxes_isWithinOneLevelOfTheReference() {
        Random random = new Random(5);
        Resampler resampler = new Resampler();
        for (int trial = 0; trial < 200; trial++) {
            Picture picture = smooth(8 + random.nextInt(60), 8 + random.nextInt(60), random);
            CropBox box = box(picture, random);
            Interpolation filter = trial % 2 == 0 ? Interpolation.BILINEAR : Interpolation.BICUBIC;
            boolean flip = trial % 3 == 0;
            PlanarPicture found = new PlanarPicture(1 + random.nextInt(40), 1 + random.nextInt(40));
            resampler.resize(picture, box, filter, flip, found);
            assertThat(largestDifference(picture, box, filter, flip, found))
                    .as("trial %d", trial)
                    .isLessThan(ROUNDING);
        }
    }

    @Test
    void resize_toOwnSize_changesNothing() {
        Picture picture = TestPictures.noise(13, 29, 3);
        PlanarPicture found = new PlanarPicture(13, 29);
        for (Interpolation filter : Interpolation.values()) {
            new Resampler().resize(picture, new CropBox(0, 0, 13, 29), filter, false, found);
            for (int i = 0; i < found.pixels; i++) {
                assertThat(found.green[i]).isEqualTo(picture.rgb()[3 * i + 1] & 0xFF);
            }
        }
    }

    @Test
    void resize_ofOnePixel_fillsTheViewWithIt() {
        Picture picture = new Picture(1, 1, new byte[] {10, (byte) 200, (byte) 255});
        PlanarPicture found = new PlanarPicture(7, 7);
        for (Interpolation filter : Interpolation.values()) {
            new Resampler().resize(picture, new CropBox(0, 0, 1, 1), filter, true, found);
            assertThat(found.red).containsOnly(10.0f);
            assertThat(found.green).containsOnly(200.0f);
            assertThat(found.blue).containsOnly(255.0f);
        }
    }

    @Test
    void weights_ofAnyAxis_sumToOneAndMoveForward() {
        for (Interpolation filter : Interpolation.values()) {
            for (int input = 1; input < 70; input++) {
                for (int output : new int[] {1, 2, 31, 32, 64}) {
                    ResampleAxis axis = ResampleAxis.of(filter, input, output, 0, output);
                    check(axis, input);
                    assertThat(axis.start).isSorted();
                    check(axis.reversed(), input);
                }
            }
        }
    }

    private static void check(ResampleAxis axis, int input) {
        for (int i = 0; i < axis.start.length; i++) {
            double sum = 0.0;
            for (int k = 0; k < axis.taps; k++) {
                sum += axis.weight[i * axis.taps + k];
            }
            assertThat(sum).isBetween(1.0 - 1e-6, 1.0 + 1e-6);
            assertThat(axis.start[i]).isBetween(0, input - axis.taps);
        }
    }

    private static double largestDifference(
            Picture picture, CropBox box, Interpolation filter, boolean flip, PlanarPicture found) {
        double largest = 0.0;
        for (int y = 0; y < found.height; y++) {
            for (int x = 0; x < found.width; x++) {
                int from = flip ? found.width - 1 - x : x;
                int at = y * found.width + x;
                float[] rgb = {found.red[at], found.green[at], found.blue[at]};
                for (int c = 0; c < 3; c++) {
                    double expected = reference(picture, box, filter, c, y, found.height, from, found.width);
                    largest = Math.max(largest, Math.abs(rgb[c] - expected));
                }
            }
        }
        return largest;
    }

    private static double reference(
            Picture picture, CropBox box, Interpolation filter, int c, int y, int height, int x, int width) {
        double sum = 0.0;
        double total = 0.0;
        for (int row = 0; row < box.height(); row++) {
            double rowWeight = weight(filter, row, y, box.height(), height);
            for (int column = 0; column < box.width(); column++) {
                double w = rowWeight * weight(filter, column, x, box.width(), width);
                int at = 3 * ((box.top() + row) * picture.width() + box.left() + column) + c;
                sum += w * (picture.rgb()[at] & 0xFF);
                total += w;
            }
        }
        return Math.max(0.0, Math.min(255.0, sum / total));
    }

    /** Returns the filter centred on output pixel {@code to}, stretched for downscaling. */
    private static double weight(Interpolation filter, int from, int to, int input, int output) {
        double scale = (double) input / output;
        double stretch = Math.max(1.0, scale);
        return filter.weight((from + 0.5 - (to + 0.5) * scale) / stretch);
    }

    private static CropBox box(Picture picture, Random random) {
        int height = 1 + random.nextInt(picture.height());
        int width = 1 + random.nextInt(picture.width());
        return new CropBox(
                random.nextInt(picture.height() - height + 1),
                random.nextInt(picture.width() - width + 1),
                height,
                width);
    }

    /** Returns waves instead of noise: levels stay away from 0 and 255, where the clamped overshoot would count. */
    private static Picture smooth(int height, int width, Random random) {
        byte[] rgb = new byte[3 * height * width];
        double phase = random.nextDouble();
        for (int i = 0; i < rgb.length; i++) {
            int x = i / 3 % width;
            int y = i / 3 / width;
            rgb[i] = (byte) Math.round(117.0 + 50.0 * Math.sin(phase + 0.7 * x + 1.3 * y + i % 3) + random.nextInt(20));
        }
        return new Picture(height, width, rgb);
    }
}

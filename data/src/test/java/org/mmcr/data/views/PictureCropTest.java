package org.mmcr.data.views;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.mmcr.core.MmcrException;
import org.mmcr.data.Picture;

class PictureCropTest {
    private static final List<Double> ZERO = List.of(0.0, 0.0, 0.0);
    private static final List<Double> ONE = List.of(1.0, 1.0, 1.0);

    @Test
    void view_ofStatisticsThatAreNoNumbers_isRefused() {
        PictureEvaluationView view = new PictureEvaluationView(8, 7, Interpolation.BILINEAR, ZERO, ONE);
        for (double value : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
            List<Double> bad = List.of(0.5, value, 0.5);
            assertThatThrownBy(() -> view.withNormalisation(bad, ONE)).hasMessageContaining("all finite");
            assertThatThrownBy(() -> view.withNormalisation(ZERO, bad)).hasMessageContaining("all finite");
        }
    }

    /** The picture has the 8 pixels of the resize, so every crop of 7 pixels is a rectangle of the picture. */
    @Test
    void of_cornersOfAPictureThatIsNotResized_areItsPixels() {
        Picture picture = noise(8, 8);
        PictureEvaluationView view = new PictureEvaluationView(8, 7, Interpolation.BILINEAR, ZERO, ONE);
        int[][] corners = {{0, 0, 0}, {1, 1, 1}, {0, 1, 0}, {1, 0, 1}, {1, 1, 0}, {0, 0, 1}, {1, 0, 0}, {0, 1, 1}};
        List<EvaluationView> crops = PictureCrop.of(view, 10);
        assertThat(crops).hasSize(10).doesNotHaveDuplicates().startsWith(view);
        for (int i = 0; i < corners.length; i++) {
            float[] found = write((PictureCrop) crops.get(2 + i), picture);
            for (int y = 0; y < 7; y++) {
                for (int x = 0; x < 7; x++) {
                    int column = corners[i][2] == 1 ? 6 - x : x;
                    int from = 3 * ((y + corners[i][0]) * 8 + column + corners[i][1]);
                    for (int c = 0; c < 3; c++) {
                        assertThat(found[3 * (y * 7 + x) + c])
                                .as("crop %d, row %d, column %d", i, y, x)
                                .isCloseTo((picture.rgb()[from + c] & 0xff) / 255f, within(1e-6f));
                    }
                }
            }
        }
    }

    @Test
    void write_picturesOfManySizesByOneWindow_eachAsByAWindowOfItsOwn() {
        PictureEvaluationView view = new PictureEvaluationView(8, 7, Interpolation.BICUBIC, ZERO, ONE);
        CropWriter window = new CropWriter(view, 0, 1, true);
        for (Picture picture :
                List.of(noise(8, 8), noise(20, 30), noise(20, 30), noise(30, 20), noise(8, 11), noise(3, 3))) {
            float[] found = new float[3 * 7 * 7];
            window.write(picture, FloatBuffer.wrap(found), 0);
            assertThat(found).isEqualTo(write(new PictureCrop(view, 0, 1, true), picture));
        }
    }

    @Test
    void write_stretch_resizesBothSidesByThemselves() {
        // Each 2 x 4 block of the picture has one colour, so that a stretch by these factors has one pixel of each.
        Picture picture = new Picture(6, 12, new byte[3 * 6 * 12]);
        for (int y = 0; y < 6; y++) {
            for (int x = 0; x < 12; x++) {
                picture.rgb()[3 * (12 * y + x)] = (byte) (20 * (y / 2) + 60 * (x / 4));
            }
        }
        PictureEvaluationView keeping = new PictureEvaluationView(3, 3, Interpolation.BILINEAR, ZERO, ONE);
        PictureEvaluationView stretching =
                new PictureEvaluationView(3, 3, Interpolation.BILINEAR, ZERO, ONE, PictureEvaluationView.Fit.STRETCH);
        float[] stretched = write(new PictureCrop(stretching, 0.5, 0.5, false), picture);
        float[] cropped = write(new PictureCrop(keeping, 0.5, 0.5, false), picture);
        // From left to right the stretch sees the whole picture, the crop its middle.
        assertThat(stretched[6] - stretched[0]).isGreaterThan(1.5f * (cropped[6] - cropped[0]));
        assertThat(stretched[3 * 4]).isCloseTo((20 + 60) / 255f, within(2 / 255f));
        Picture square = noise(3, 3);
        assertThat(write(new PictureCrop(stretching, 0.5, 0.5, false), square))
                .isEqualTo(write(new PictureCrop(keeping, 0.5, 0.5, false), square));
        assertThat(stretching.withSize(6).fit()).isEqualTo(PictureEvaluationView.Fit.STRETCH);
        assertThat(stretching.withNormalisation(ONE, ONE).fit()).isEqualTo(PictureEvaluationView.Fit.STRETCH);
    }

    @Test
    void of_whereNothingIsCutOff_cornersComeFromALargerPicture() {
        PictureEvaluationView view = new PictureEvaluationView(32, 32, Interpolation.BILINEAR, ZERO, ONE);
        List<EvaluationView> crops = PictureCrop.of(view, 3);
        assertThat(((PictureCrop) crops.get(1)).whole()).isEqualTo(view);
        assertThat(((PictureCrop) crops.get(2)).whole().resize()).isEqualTo(37);
        assertThat(PictureCrop.of(view, 1)).containsExactly(view);
    }

    @Test
    void of_tooManyOrNone_isAnError() {
        PictureEvaluationView view = new PictureEvaluationView(32, 32, Interpolation.BILINEAR, ZERO, ONE);
        for (int count : new int[] {0, -1, 11}) {
            assertThatThrownBy(() -> PictureCrop.of(view, count))
                    .isInstanceOf(MmcrException.class)
                    .hasMessageContaining("expected 1 to 10 crops, found " + count);
        }
    }

    private static float[] write(PictureCrop crop, Picture picture) {
        FloatBuffer target = FloatBuffer.allocate(3 * 7 * 7);
        new CropWriter(crop.whole(), crop.down(), crop.across(), crop.mirrored()).write(picture, target, 0);
        return target.array();
    }

    private static Picture noise(int height, int width) {
        byte[] rgb = new byte[3 * height * width];
        new Random(4).nextBytes(rgb);
        return new Picture(height, width, rgb);
    }
}

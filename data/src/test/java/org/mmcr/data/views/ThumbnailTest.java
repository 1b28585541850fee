package org.mmcr.data.views;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import org.junit.jupiter.api.Test;
import org.mmcr.data.Picture;
import org.mmcr.data.TestPictures;

class ThumbnailTest {
    private static int level(Picture picture, int x, int y, int channel) {
        return picture.rgb()[3 * (y * picture.width() + x) + channel] & 0xff;
    }

    @Test
    void smallerPicture_keepsItsPixels() {
        Picture picture = TestPictures.noise(70, 19, 3);
        BufferedImage image = Thumbnail.of(picture, 96);
        assertThat(image.getWidth()).isEqualTo(19);
        assertThat(image.getHeight()).isEqualTo(70);
        for (int y = 0; y < 70; y++) {
            for (int x = 0; x < 19; x++) {
                int expected = level(picture, x, y, 0) << 16 | level(picture, x, y, 1) << 8 | level(picture, x, y, 2);
                assertThat(image.getRGB(x, y) & 0xffffff).isEqualTo(expected);
            }
        }
    }

    /** More than one band of rows, so the border of two bands is among them. */
    @Test
    void largerPicture_isThatOfTheResamplerAtOnce() {
        Picture picture = TestPictures.noise(611, 304, 5);
        BufferedImage image = Thumbnail.of(picture, 200);
        assertThat(image.getWidth()).isEqualTo(100);
        assertThat(image.getHeight()).isEqualTo(200);
        PlanarPicture whole = new PlanarPicture(200, 100);
        new Resampler().resize(picture, new CropBox(0, 0, 611, 304), Interpolation.BILINEAR, false, whole);
        for (int y = 0; y < 200; y++) {
            for (int x = 0; x < 100; x++) {
                int at = y * 100 + x;
                int expected = (int) whole.red[at] << 16 | (int) whole.green[at] << 8 | (int) whole.blue[at];
                assertThat(image.getRGB(x, y) & 0xffffff).isEqualTo(expected);
            }
        }
    }

    @Test
    void veryLongPicture_keepsOnePixelAcross() {
        BufferedImage image = Thumbnail.of(TestPictures.noise(2, 4000, 1), 192);
        assertThat(image.getWidth()).isEqualTo(192);
        assertThat(image.getHeight()).isEqualTo(1);
    }
}

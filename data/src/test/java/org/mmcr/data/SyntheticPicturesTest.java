package org.mmcr.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SyntheticPicturesTest {
    @TempDir
    Path folder;

    @Test
    void write_tenClasses_openAsALabelledSource() {
        SyntheticPictures.write(folder, 7, 3);
        try (PictureSource source = DataSources.pictures(folder.toString(), DataOptions.defaults())) {
            assertThat(source.size()).isEqualTo(70);
            assertThat(source.classNames())
                    .isEqualTo(SyntheticPictures.classNames())
                    .hasSize(10);
            assertThat(source.broken()).isEmpty();
            assertThat(source.picture(69).height()).isEqualTo(SyntheticPictures.SIZE);
        }
    }

    /** The pixels are the same on every platform and JDK, so that results of the demo can be compared. */
    @Test
    void render_sameSeed_samePixelsOnEveryPlatform() {
        int[] star = new SyntheticPicture(SyntheticShape.STAR, 5, 1).render();
        assertThat(star).isEqualTo(new SyntheticPicture(SyntheticShape.STAR, 5, 1).render());
        assertThat(star).isNotEqualTo(new SyntheticPicture(SyntheticShape.STAR, 5, 2).render());
        assertThat(star).isNotEqualTo(new SyntheticPicture(SyntheticShape.STAR, 6, 1).render());
        int all = 0;
        for (SyntheticShape shape : SyntheticShape.values()) {
            all = 31 * all + Arrays.hashCode(new SyntheticPicture(shape, 0, 1).render());
        }
        assertThat(all).isEqualTo(1567529473);
    }

    @Test
    void render_manyPictures_meanColourIsIndependentOfTheClass() {
        int count = 300;
        for (SyntheticShape shape : SyntheticShape.values()) {
            double[] mean = new double[3];
            for (int i = 0; i < count; i++) {
                for (int pixel : new SyntheticPicture(shape, i, 9).render()) {
                    for (int c = 0; c < 3; c++) {
                        mean[c] += ((pixel >> (8 * c)) & 0xff) / (double) (count * 32 * 32);
                    }
                }
            }
            // The mean of a picture has a standard deviation of about 55; over 300 pictures, four standard errors are
            // 13.
            for (double channel : mean) {
                assertThat(channel).as(shape.name()).isBetween(127.5 - 14, 127.5 + 14);
            }
        }
    }
}

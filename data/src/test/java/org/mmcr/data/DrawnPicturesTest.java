package org.mmcr.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DrawnPicturesTest {
    @TempDir
    Path folder;

    @Test
    void write_tenClasses_openAsALabelledSource() {
        DrawnPictures.write(folder, 7, 3);
        try (PictureSource source = DataSources.pictures(folder.toString(), DataOptions.defaults())) {
            assertThat(source.size()).isEqualTo(70);
            assertThat(source.classNames())
                    .isEqualTo(DrawnPictures.classNames())
                    .hasSize(10);
            assertThat(source.broken()).isEmpty();
            assertThat(source.picture(69).height()).isEqualTo(DrawnPictures.SIZE);
        }
    }

    /** The same on every platform and JDK, so a demo's figures can be compared: the sum is part of the contract. */
    @Test
    void draw_sameSeed_samePixelsForEver() {
        int[] star = new DrawnPicture(Figure.STAR, 5, 1).draw();
        assertThat(star).isEqualTo(new DrawnPicture(Figure.STAR, 5, 1).draw());
        assertThat(star).isNotEqualTo(new DrawnPicture(Figure.STAR, 5, 2).draw());
        assertThat(star).isNotEqualTo(new DrawnPicture(Figure.STAR, 6, 1).draw());
        int all = 0;
        for (Figure figure : Figure.values()) {
            all = 31 * all + Arrays.hashCode(new DrawnPicture(figure, 0, 1).draw());
        }
        assertThat(all).isEqualTo(1567529473);
    }

    @Test
    void draw_manyPictures_meanColourSaysNothingAboutTheClass() {
        int count = 300;
        for (Figure figure : Figure.values()) {
            double[] mean = new double[3];
            for (int i = 0; i < count; i++) {
                for (int pixel : new DrawnPicture(figure, i, 9).draw()) {
                    for (int c = 0; c < 3; c++) {
                        mean[c] += ((pixel >> (8 * c)) & 0xff) / (double) (count * 32 * 32);
                    }
                }
            }
            // One picture's mean varies by about 55: over 300, four standard errors are 13.
            for (double channel : mean) {
                assertThat(channel).as(figure.name()).isBetween(127.5 - 14, 127.5 + 14);
            }
        }
    }
}

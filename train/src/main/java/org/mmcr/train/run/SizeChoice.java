package org.mmcr.train.run;

import java.util.Arrays;
import java.util.function.ToIntFunction;
import org.apiguardian.api.API;
import org.mmcr.core.JitteredSample;
import org.mmcr.data.Picture;
import org.mmcr.data.PictureSource;

/** The settings that are chosen from the data when nobody states them: the size of the pictures, and the batch. */
@API(status = API.Status.STABLE)
public final class SizeChoice {
    /** Pictures that are measured, spread over the source. */
    private static final int MEASURED = 64;
    /** Shorter side in pixels from which the default size, made for 32 pixels, would lose what a picture shows. */
    private static final int LARGE = 48;
    /** Side of larger pictures in evaluation: four times the work of the default. */
    private static final int LARGE_SIDE = 64;

    private SizeChoice() {}

    /**
     * The size in the middle of some pictures' sizes.
     *
     * @param height median height in pixels
     * @param width median width in pixels
     */
    public record MedianSize(int height, int width) {
        /** Measures some pictures of a source, which is not empty. */
        public static MedianSize of(PictureSource source) {
            Picture[] pictures = Arrays.stream(JitteredSample.of(source.size(), MEASURED))
                    .mapToObj(source::picture)
                    .toArray(Picture[]::new);
            return new MedianSize(median(pictures, Picture::height), median(pictures, Picture::width));
        }

        private static int median(Picture[] pictures, ToIntFunction<Picture> side) {
            int[] sides = Arrays.stream(pictures).mapToInt(side).sorted().toArray();
            return sides[sides.length / 2];
        }
    }

    /** Returns the configuration with larger views and evaluation where the pictures are larger than small ones. */
    public static PretrainConfig forPictures(PretrainConfig config, MedianSize pictures) {
        boolean large = Math.min(pictures.height(), pictures.width()) >= LARGE;
        return large ? config.withView(config.view().withSize(LARGE_SIDE)) : config;
    }

    /**
     * Returns the configuration with a smaller batch where the data have fewer samples than one batch: the largest
     * power of two that they fill.
     *
     * @param samples at least 1
     */
    public static PretrainConfig forSamples(PretrainConfig config, int samples) {
        return samples < config.batch() ? config.with("batch", String.valueOf(Integer.highestOneBit(samples))) : config;
    }
}

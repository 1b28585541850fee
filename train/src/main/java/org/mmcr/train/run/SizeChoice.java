package org.mmcr.train.run;

import java.util.Arrays;
import org.apiguardian.api.API;
import org.mmcr.core.JitteredSample;
import org.mmcr.data.DataSource;
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
            int[] measured = JitteredSample.of(source.size(), MEASURED);
            int[] heights = new int[measured.length];
            int[] widths = new int[measured.length];
            for (int i = 0; i < measured.length; i++) {
                Picture picture = source.picture(measured[i]);
                heights[i] = picture.height();
                widths[i] = picture.width();
            }
            return new MedianSize(median(heights), median(widths));
        }

        private static int median(int[] sides) {
            int[] sorted = Arrays.stream(sides).sorted().toArray();
            return sorted[sorted.length / 2];
        }
    }

    /** Returns the configuration with larger views and evaluation where the pictures are larger than small ones. */
    public static PretrainConfig forPictures(PretrainConfig config, MedianSize pictures) {
        boolean large = Math.min(pictures.height(), pictures.width()) >= LARGE;
        return large ? config.withView(config.view().withSize(LARGE_SIDE)) : config;
    }

    /** Returns how many samples of the data the nearest-neighbour monitor of a run holds out of training. */
    public static int heldOut(PretrainConfig config, DataSource data) {
        return OnlineKnn.heldOut(config, data);
    }

    /**
     * Returns the configuration with a smaller batch where the data have fewer samples than one step: the largest
     * power of two such that they fill all batches of a step; 1 if there is none.
     *
     * @param samples at least 1
     */
    public static PretrainConfig forSamples(PretrainConfig config, int samples) {
        int fitting = Integer.highestOneBit(Math.max(1, samples / config.accumulate()));
        return samples < config.stepPictures() ? config.with("batch", String.valueOf(fitting)) : config;
    }
}

package org.mmcr.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.mmcr.data.Picture;
import org.mmcr.data.views.PictureAugmenter;
import org.mmcr.data.views.PictureViewRecipe;

/**
 * Measures the views per second of the CIFAR recipe on one thread, from uint8 pictures in memory to normalised floats
 * in a batch. Arguments: a file of raw 32 x 32 x 3 pictures, seconds per repeat, repeats. Prints a line per repeat
 * and the median. {@code bench/views.sh} runs it beside torchvision on the same file.
 */
public final class ViewsBenchmark {
    private static final int SIDE = 32;
    private static final int BATCH = 256;
    private static final double WARM_UP_SECONDS = 3.0;

    private ViewsBenchmark() {}

    public static void main(String[] args) {
        if (args.length != 3) {
            throw new IllegalArgumentException("expected FILE SECONDS REPEATS, found " + Arrays.toString(args));
        }
        List<Picture> pictures = read(Path.of(args[0]));
        double seconds = Double.parseDouble(args[1]);
        int repeats = Integer.parseInt(args[2]);
        Run run = new Run(pictures);
        run.viewsPerSecond(WARM_UP_SECONDS);
        double[] rates = new double[repeats];
        for (int i = 0; i < repeats; i++) {
            rates[i] = run.viewsPerSecond(seconds);
            print("repeat %d: %.0f views/s", i + 1, rates[i]);
        }
        Arrays.sort(rates);
        print("median: %.0f views/s", rates[repeats / 2]);
    }

    private static List<Picture> read(Path file) {
        try {
            byte[] bytes = Files.readAllBytes(file);
            int length = 3 * SIDE * SIDE;
            List<Picture> pictures = new ArrayList<>();
            for (int from = 0; from + length <= bytes.length; from += length) {
                pictures.add(new Picture(SIDE, SIDE, Arrays.copyOfRange(bytes, from, from + length)));
            }
            return pictures;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @SuppressWarnings("SystemOut")
    private static void print(String format, Object... values) {
        System.out.println(String.format(Locale.ROOT, format, values));
    }

    /** Augments the pictures in turn, one view each, epoch after epoch. */
    private static final class Run {
        private final List<Picture> pictures;
        private final PictureAugmenter augmenter = new PictureAugmenter();
        private final PictureViewRecipe recipe = PictureViewRecipe.cifar();
        private final FloatBuffer batch = ByteBuffer.allocateDirect(BATCH * 3 * SIDE * SIDE * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        private long augmented;

        Run(List<Picture> pictures) {
            this.pictures = pictures;
        }

        double viewsPerSecond(double seconds) {
            long start = System.nanoTime();
            long end = start + (long) (seconds * 1e9);
            long before = augmented;
            long now = start;
            while (now < end) {
                augmentBatch();
                now = System.nanoTime();
            }
            return (augmented - before) / ((now - start) / 1e9);
        }

        private void augmentBatch() {
            for (int row = 0; row < BATCH; row++, augmented++) {
                int sample = (int) (augmented % pictures.size());
                int epoch = (int) (augmented / pictures.size());
                augmenter.augment(recipe, pictures.get(sample), 1L, epoch, sample, 0, batch, row * 3 * SIDE * SIDE);
            }
        }
    }
}

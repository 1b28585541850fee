package org.mmcr.data.views;

import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntFunction;
import org.mmcr.data.Picture;
import org.mmcr.data.PictureSource;

/** Sources of seeded noise, and sources that fail or block. */
final class TestPictures {
    private TestPictures() {}

    /** Returns {@code count} pictures of uniform noise. */
    static PictureSource source(int count, int height, int width) {
        return new Source(count, index -> noise(height, width, index));
    }

    /** Returns a source that throws {@code failure} for one picture. */
    static PictureSource failingAt(PictureSource source, int broken, RuntimeException failure) {
        return new Source(source.size(), index -> {
            if (index == broken) {
                throw failure;
            }
            return source.picture(index);
        });
    }

    /** Returns a source that signals its first read and then waits for its release. */
    static PictureSource blocking(PictureSource source, CountDownLatch reading, CountDownLatch release) {
        return new Source(source.size(), index -> {
            reading.countDown();
            try {
                release.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return source.picture(index);
        });
    }

    static Picture noise(int height, int width, long seed) {
        byte[] rgb = new byte[3 * height * width];
        new Random(seed).nextBytes(rgb);
        return new Picture(height, width, rgb);
    }

    private record Source(int size, IntFunction<Picture> pictures) implements PictureSource {
        @Override
        public Picture picture(int index) {
            return pictures.apply(index);
        }

        @Override
        public String name(int index) {
            return "noise/" + index;
        }

        @Override
        public String location() {
            return "noise";
        }

        @Override
        public String fingerprint() {
            return "noise of " + size;
        }
    }
}

package org.mmcr.train.evaluate;

import java.util.List;
import java.util.Random;
import org.mmcr.data.Picture;
import org.mmcr.data.TestPictures;

/** Seeded noise pictures of varying sizes, with one colour channel bright by class. */
final class ToyPictures {
    private ToyPictures() {}

    static TestPictures of(int size, List<String> classNames, long seed) {
        int colours = Math.max(1, classNames.size());
        return TestPictures.of(size, index -> picture(index, index % colours % 3, seed))
                .withClasses(classNames)
                .withNames(index -> "picture" + index)
                .withFingerprint("toy" + seed);
    }

    private static Picture picture(int index, int bright, long seed) {
        Random random = new Random(seed * 1_000_003 + index);
        int height = 8 + random.nextInt(5);
        int width = 8 + random.nextInt(5);
        byte[] rgb = new byte[height * width * 3];
        random.nextBytes(rgb);
        for (int i = bright; i < rgb.length; i += 3) {
            rgb[i] = (byte) (200 + random.nextInt(56));
        }
        return new Picture(height, width, rgb);
    }
}

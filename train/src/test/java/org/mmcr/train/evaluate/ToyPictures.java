package org.mmcr.train.evaluate;

import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.mmcr.data.Picture;
import org.mmcr.data.PictureSource;

/** Seeded noise pictures tinted by their class, of varying sizes; picture {@code broken}, if any, throws when read. */
record ToyPictures(int size, List<String> classNames, long seed, int brokenAt) implements PictureSource {
    static ToyPictures of(int size, List<String> classNames, long seed) {
        return new ToyPictures(size, classNames, seed, -1);
    }

    @Override
    public Picture picture(int index) {
        if (index == brokenAt) {
            throw new IllegalStateException("picture " + index + " is out of order");
        }
        Random random = new Random(seed * 1_000_003 + index);
        int height = 8 + random.nextInt(5);
        int width = 8 + random.nextInt(5);
        byte[] rgb = new byte[height * width * 3];
        random.nextBytes(rgb);
        int tint = label(index).orElse(0) % 3;
        for (int i = tint; i < rgb.length; i += 3) {
            rgb[i] = (byte) (200 + random.nextInt(56));
        }
        return new Picture(height, width, rgb);
    }

    @Override
    public String name(int index) {
        return "picture" + index;
    }

    @Override
    public OptionalInt label(int index) {
        return classNames.isEmpty() ? OptionalInt.empty() : OptionalInt.of(index % classNames.size());
    }

    @Override
    public String location() {
        return "toy";
    }

    @Override
    public String fingerprint() {
        return "toy" + seed;
    }
}

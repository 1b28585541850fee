package org.mmcr.train.run;

import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import org.mmcr.data.BrokenPicture;
import org.mmcr.data.Picture;
import org.mmcr.data.PictureSource;

/** Small pictures made on demand: four classes that differ in colour, with seeded noise. */
final class SyntheticPictures implements PictureSource {
    private static final int SIDE = 12;

    private final int size;
    private final String fingerprint;

    SyntheticPictures(int size) {
        this(size, "synthetic-" + size);
    }

    SyntheticPictures(int size, String fingerprint) {
        this.size = size;
        this.fingerprint = fingerprint;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public Picture picture(int index) {
        SplittableRandom random = new SplittableRandom(index);
        byte[] rgb = new byte[SIDE * SIDE * 3];
        for (int i = 0; i < rgb.length; i++) {
            int base = i % 3 == index % 4 ? 180 : 60;
            rgb[i] = (byte) (base + random.nextInt(60));
        }
        return new Picture(SIDE, SIDE, rgb);
    }

    @Override
    public String name(int index) {
        return "class" + index % 4 + "/" + index + ".png";
    }

    @Override
    public OptionalInt label(int index) {
        return OptionalInt.of(index % 4);
    }

    @Override
    public List<String> classNames() {
        return List.of("red", "green", "blue", "grey");
    }

    @Override
    public List<BrokenPicture> broken() {
        return List.of(new BrokenPicture("class0/torn, \"half\".png", "ends early"));
    }

    @Override
    public String location() {
        return "synthetic";
    }

    @Override
    public String fingerprint() {
        return fingerprint;
    }
}

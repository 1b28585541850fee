package org.mmcr.train.run;

import java.util.List;
import java.util.SplittableRandom;
import org.mmcr.data.BrokenPicture;
import org.mmcr.data.Picture;
import org.mmcr.data.TestPictures;

/** Small pictures of four classes that differ in colour, with seeded noise, and one broken picture. */
final class FourColours {
    private static final int SIDE = 12;

    private FourColours() {}

    static TestPictures of(int size) {
        return TestPictures.of(size, FourColours::picture)
                .withClasses(List.of("red", "green", "blue", "grey"))
                .withNames(index -> "class" + index % 4 + "/" + index + ".png")
                .withBroken(List.of(new BrokenPicture("class0/torn, \"half\".png", "ends early")));
    }

    private static Picture picture(int index) {
        SplittableRandom random = new SplittableRandom(index);
        byte[] rgb = new byte[SIDE * SIDE * 3];
        for (int i = 0; i < rgb.length; i++) {
            int base = i % 3 == index % 4 ? 180 : 60;
            rgb[i] = (byte) (base + random.nextInt(60));
        }
        return new Picture(SIDE, SIDE, rgb);
    }
}

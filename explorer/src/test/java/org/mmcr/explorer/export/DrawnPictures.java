package org.mmcr.explorer.export;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.mmcr.data.Picture;
import org.mmcr.data.PictureSource;
import org.mmcr.explorer.filter.PictureField;

/** Pictures of one colour each, with names and classes of our choice. */
record DrawnPictures(List<String> names, List<String> classNames) implements PictureSource {
    static final int SIDE = 8;

    /** The grey level of a picture. */
    static int level(int index) {
        return 40 + 40 * (index % 5);
    }

    @Override
    public int size() {
        return names.size();
    }

    @Override
    public String name(int index) {
        return names.get(index);
    }

    @Override
    public OptionalInt label(int index) {
        return OptionalInt.of(index % classNames.size());
    }

    @Override
    public Picture picture(int index) {
        byte[] rgb = new byte[3 * SIDE * SIDE];
        Arrays.fill(rgb, (byte) level(index));
        return new Picture(SIDE, SIDE, rgb);
    }

    @Override
    public String location() {
        return "/home/someone/drawn";
    }

    @Override
    public String fingerprint() {
        return "drawn";
    }

    /** All of them, with their class and, as a number, their index. */
    ShownPictures shown() {
        return new ShownPictures(
                this,
                List.of(
                        new PictureField.Values("class", classNames, i -> i % classNames.size()),
                        new PictureField.Numbers("score", i -> i == 0 ? Double.NaN : i)),
                IntStream.range(0, size()).toArray());
    }

    /** Places on a circle. */
    float[] coordinates() {
        float[] xy = new float[2 * size()];
        for (int i = 0; i < size(); i++) {
            xy[2 * i] = (float) Math.cos(2 * Math.PI * i / size());
            xy[2 * i + 1] = (float) Math.sin(2 * Math.PI * i / size());
        }
        return xy;
    }

    /** The page of all of them. */
    MapPage page() {
        return MapPage.of(shown(), coordinates(), new short[size()], "class");
    }
}

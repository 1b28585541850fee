package org.mmcr.data;

import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;

/**
 * A picture source in memory for the tests of all modules. It is unlabelled and names its pictures by their indices
 * unless the {@code with} methods say otherwise.
 *
 * @param pictures makes the picture at an index; called on the thread that reads it
 * @param classNames picture {@code i} has the label {@code i % classNames.size()}; empty for unlabelled pictures
 */
public record TestPictures(
        int size,
        IntFunction<Picture> pictures,
        IntFunction<String> names,
        List<String> classNames,
        List<BrokenPicture> broken,
        String fingerprint)
        implements PictureSource {
    public static TestPictures of(int size, IntFunction<Picture> pictures) {
        return new TestPictures(size, pictures, String::valueOf, List.of(), List.of(), "test-" + size);
    }

    /** Returns {@code size} pictures of uniform noise. */
    public static TestPictures ofNoise(int size, int height, int width) {
        return of(size, index -> noise(height, width, index));
    }

    /** Returns one picture of uniform noise. */
    public static Picture noise(int height, int width, long seed) {
        byte[] rgb = new byte[3 * height * width];
        new Random(seed).nextBytes(rgb);
        return new Picture(height, width, rgb);
    }

    public TestPictures withNames(IntFunction<String> other) {
        return new TestPictures(size, pictures, other, classNames, broken, fingerprint);
    }

    public TestPictures withClasses(List<String> other) {
        return new TestPictures(size, pictures, names, other, broken, fingerprint);
    }

    public TestPictures withBroken(List<BrokenPicture> other) {
        return new TestPictures(size, pictures, names, classNames, other, fingerprint);
    }

    public TestPictures withFingerprint(String other) {
        return new TestPictures(size, pictures, names, classNames, broken, other);
    }

    /** Returns this source with {@code listener} called before each picture is read; it may block or throw. */
    public TestPictures beforeReading(IntConsumer listener) {
        IntFunction<Picture> observed = index -> {
            listener.accept(index);
            return pictures.apply(index);
        };
        return new TestPictures(size, observed, names, classNames, broken, fingerprint);
    }

    @Override
    public Picture picture(int index) {
        return pictures.apply(index);
    }

    @Override
    public String name(int index) {
        return names.apply(index);
    }

    @Override
    public OptionalInt label(int index) {
        return classNames.isEmpty() ? OptionalInt.empty() : OptionalInt.of(index % classNames.size());
    }

    @Override
    public String location() {
        return "test pictures";
    }
}

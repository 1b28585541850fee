package org.mmcr.data;

import java.util.List;
import java.util.OptionalInt;

/** A fixed, ordered set of pictures with random access from any thread. */
public interface DataSource extends AutoCloseable {
    /** How many usable pictures there are; broken ones are not counted. */
    int size();

    /** The decoded picture at {@code index}, 0 up to {@link #size()}. */
    Picture picture(int index);

    /** The picture's name inside the source, unique, with {@code /} between folders. */
    String name(int index);

    /** The index into {@link #classNames()}, or empty when the source is unlabelled. */
    OptionalInt label(int index);

    /** Class names in label order; empty when the source is unlabelled. */
    List<String> classNames();

    /** Pictures that were skipped because they could not be decoded. */
    List<BrokenPicture> broken();

    /** The location as the user gave it. */
    String location();

    /** A stable hash of the names and sizes of the pictures: a run resumes only on the data it started with. */
    String fingerprint();

    @Override
    void close();
}

package org.mmcr.data;

import java.util.List;
import java.util.OptionalInt;
import org.apiguardian.api.API;

/** A fixed, ordered set of samples with random access from any thread: all of them pictures, or all of them vectors. */
@API(status = API.Status.STABLE)
public sealed interface DataSource extends AutoCloseable permits PictureSource, VectorSource {
    /** How many usable samples there are; broken ones are not counted. */
    int size();

    /** The sample's name inside the source, unique, with {@code /} between folders. */
    String name(int index);

    /** The index into {@link #classNames()}, or empty when the source is unlabelled, as it is unless it says otherwise. */
    default OptionalInt label(int index) {
        return OptionalInt.empty();
    }

    /** Class names in label order; empty when the source is unlabelled. */
    default List<String> classNames() {
        return List.of();
    }

    /** Samples that were skipped because they could not be decoded; none unless the source says otherwise. */
    default List<BrokenPicture> broken() {
        return List.of();
    }

    /** The location as the user gave it. */
    String location();

    /** A stable hash of what identifies the data: a run resumes only on the data it started with. */
    String fingerprint();

    /** What several of its samples are called in messages: {@code pictures} or {@code rows}. */
    String plural();

    /** Lets go of what the source holds open; nothing unless it says otherwise. */
    @Override
    default void close() {}
}

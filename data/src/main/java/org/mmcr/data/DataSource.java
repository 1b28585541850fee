package org.mmcr.data;

import java.util.List;
import java.util.OptionalInt;
import org.apiguardian.api.API;

/** A fixed, ordered set of samples with random access: either pictures or vectors. Thread-safe. */
@API(status = API.Status.STABLE)
public sealed interface DataSource extends AutoCloseable permits PictureSource, VectorSource {
    /** Returns the number of samples without the broken ones. */
    int size();

    /** Returns a sample's name, unique in the source, with {@code /} between folders. */
    String name(int index);

    /** Returns a sample's label as an index into {@link #classNames()}; empty without one, which is the default. */
    default OptionalInt label(int index) {
        return OptionalInt.empty();
    }

    /** Returns the class names in the order of their indices; empty for unlabelled data, which is the default. */
    default List<String> classNames() {
        return List.of();
    }

    /** Returns the pictures that were skipped because they could not be decoded; none by default. */
    default List<BrokenPicture> broken() {
        return List.of();
    }

    /** Returns the location as the user gave it. */
    String location();

    /** Returns a stable hash that identifies the data. A run resumes only on data of the same fingerprint. */
    String fingerprint();

    /** Returns the plural of its samples for messages: {@code pictures} or {@code rows}. */
    String plural();

    /** Releases files and memory that the source holds; does nothing by default. */
    @Override
    default void close() {}
}

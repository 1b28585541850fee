package org.mmcr.data;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Some samples of another source, in a given order. */
abstract class SubsetSource<S extends DataSource> {
    final S source;
    final int[] indices;
    private final boolean owner;
    /** Labels in place of the source's own, in the order of the subset. */
    private final Optional<ClassLabels> given;

    private SubsetSource(S source, int[] indices, boolean owner, Optional<ClassLabels> given) {
        this.source = source;
        this.indices = indices;
        this.owner = owner;
        this.given = given;
    }

    /** Returns a subset whose closing leaves the source open, unless it is the owner. */
    static DataSource of(DataSource source, int[] indices, boolean owner) {
        return of(source, indices, owner, Optional.empty());
    }

    /** Returns a subset with labels of its own; closing it leaves the source open. */
    static DataSource of(DataSource source, int[] indices, ClassLabels labels) {
        return of(source, indices, false, Optional.of(labels));
    }

    /**
     * Returns a subset.
     *
     * @param owner whether closing the subset closes the source
     * @param labels in place of the source's own, in the order of the subset
     */
    static DataSource of(DataSource source, int[] indices, boolean owner, Optional<ClassLabels> labels) {
        return source instanceof PictureSource pictures
                ? new Pictures(pictures, indices, owner, labels)
                : new Vectors((VectorSource) source, indices, owner, labels);
    }

    private static final class Pictures extends SubsetSource<PictureSource> implements PictureSource {
        Pictures(PictureSource source, int[] indices, boolean owner, Optional<ClassLabels> labels) {
            super(source, indices, owner, labels);
        }

        @Override
        public Picture picture(int index) {
            return source.picture(indices[index]);
        }

        @Override
        public Optional<byte[]> file(int index) {
            return source.file(indices[index]);
        }

        @Override
        public String mode(int index) {
            return source.mode(indices[index]);
        }
    }

    private static final class Vectors extends SubsetSource<VectorSource> implements VectorSource {
        Vectors(VectorSource source, int[] indices, boolean owner, Optional<ClassLabels> labels) {
            super(source, indices, owner, labels);
        }

        @Override
        public int columns() {
            return source.columns();
        }

        @Override
        public List<String> columnNames() {
            return source.columnNames();
        }

        @Override
        public void read(int index, float[] target) {
            source.read(indices[index], target);
        }

        @Override
        public float value(int index, int column) {
            return source.value(indices[index], column);
        }

        @Override
        public void read(int index, double[] target) {
            source.read(indices[index], target);
        }

        @Override
        public double exactValue(int index, int column) {
            return source.exactValue(indices[index], column);
        }
    }

    public int size() {
        return indices.length;
    }

    public String name(int index) {
        return source.name(indices[index]);
    }

    public OptionalInt label(int index) {
        return given.map(labels -> labels.at(index)).orElseGet(() -> source.label(indices[index]));
    }

    public List<String> classNames() {
        return given.map(ClassLabels::names).orElseGet(source::classNames);
    }

    public List<BrokenPicture> broken() {
        return source.broken();
    }

    public String location() {
        return source.location();
    }

    public String fingerprint() {
        Fingerprint fingerprint = new Fingerprint().add(source.fingerprint());
        for (int index : indices) {
            fingerprint.add(index);
        }
        given.ifPresent(labels -> fingerprint.add(labels));
        return fingerprint.hex();
    }

    public void close() {
        if (owner) {
            source.close();
        }
    }
}

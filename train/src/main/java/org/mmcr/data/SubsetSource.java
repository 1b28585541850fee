package org.mmcr.data;

import java.util.List;
import java.util.OptionalInt;

/** Some pictures of another source, in the given order; closing it leaves that source open. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record SubsetSource(DataSource source, int[] indices) implements DataSource {
    @Override
    public int size() {
        return indices.length;
    }

    @Override
    public Picture picture(int index) {
        return source.picture(indices[index]);
    }

    @Override
    public String name(int index) {
        return source.name(indices[index]);
    }

    @Override
    public OptionalInt label(int index) {
        return source.label(indices[index]);
    }

    @Override
    public List<String> classNames() {
        return source.classNames();
    }

    @Override
    public List<BrokenPicture> broken() {
        return source.broken();
    }

    @Override
    public String location() {
        return source.location();
    }

    @Override
    public String fingerprint() {
        Fingerprint fingerprint = new Fingerprint().add(source.fingerprint());
        for (int index : indices) {
            fingerprint.add(index);
        }
        return fingerprint.hex();
    }

    @Override
    public void close() {}
}

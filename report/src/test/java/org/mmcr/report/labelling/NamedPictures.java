package org.mmcr.report.labelling;

import java.util.List;
import java.util.OptionalInt;
import org.mmcr.data.BrokenPicture;
import org.mmcr.data.Picture;
import org.mmcr.data.PictureSource;

/** Grey pictures named p0, p1, ... */
record NamedPictures(int size) implements PictureSource {
    @Override
    public Picture picture(int index) {
        return new Picture(1, 1, new byte[3]);
    }

    @Override
    public String name(int index) {
        return "p" + index;
    }

    @Override
    public OptionalInt label(int index) {
        return OptionalInt.empty();
    }

    @Override
    public List<String> classNames() {
        return List.of();
    }

    @Override
    public List<BrokenPicture> broken() {
        return List.of();
    }

    @Override
    public String location() {
        return "named";
    }

    @Override
    public String fingerprint() {
        return "named-" + size;
    }

    @Override
    public void close() {}
}

package org.mmcr.explorer.labelling;

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
    public String location() {
        return "named";
    }

    @Override
    public String fingerprint() {
        return "named-" + size;
    }
}

package org.mmcr.explorer;

import org.mmcr.data.Picture;
import org.mmcr.data.PictureSource;

/** A data source of one uploaded picture. */
record OnePicture(Picture picture) implements PictureSource {
    @Override
    public int size() {
        return 1;
    }

    @Override
    public Picture picture(int index) {
        return picture;
    }

    @Override
    public String name(int index) {
        return "picture";
    }

    @Override
    public String location() {
        return "a picture";
    }

    @Override
    public String fingerprint() {
        return "";
    }
}

package org.mmcr.data;

/** A source of pictures. */
public non-sealed interface PictureSource extends DataSource {
    /** The decoded picture at {@code index}, 0 up to {@link #size()}. */
    Picture picture(int index);

    @Override
    default String plural() {
        return "pictures";
    }
}

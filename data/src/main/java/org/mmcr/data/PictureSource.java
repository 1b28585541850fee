package org.mmcr.data;

import org.apiguardian.api.API;

/** A source of pictures. */
@API(status = API.Status.STABLE)
public non-sealed interface PictureSource extends DataSource {
    /** The decoded picture at {@code index}, 0 up to {@link #size()}. */
    Picture picture(int index);

    /** How the picture is stored, for people: {@code JPEG, RGB}, {@code PNG, palette with alpha}, {@code gray}. */
    default String mode(int index) {
        return "RGB";
    }

    @Override
    default String plural() {
        return "pictures";
    }
}

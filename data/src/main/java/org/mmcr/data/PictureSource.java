package org.mmcr.data;

import java.util.Optional;
import org.apiguardian.api.API;

/** A source of pictures. */
@API(status = API.Status.STABLE)
public non-sealed interface PictureSource extends DataSource {
    /** Returns the decoded picture at {@code index}, from 0 up to {@link #size()} exclusive. */
    Picture picture(int index);

    /**
     * Returns a picture as its file's content, as it is stored; empty if it has no file, as pictures of an array.
     *
     * @throws org.mmcr.core.MmcrException if it cannot be read any more
     */
    default Optional<byte[]> file(int index) {
        return Optional.empty();
    }

    /** Returns how a picture is stored, for display: {@code JPEG, RGB} or {@code PNG, palette with alpha}. */
    default String mode(int index) {
        return "RGB";
    }

    @Override
    default String plural() {
        return "pictures";
    }
}

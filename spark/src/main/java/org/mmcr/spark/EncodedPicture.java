package org.mmcr.spark;

import java.io.Serializable;
import java.util.Optional;

/**
 * An encoded picture.
 *
 * @param path name in the result
 * @param label class, "" for none
 * @param content JPEG, PNG, WebP, TIFF, GIF or BMP
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record EncodedPicture(String path, String label, byte[] content) implements Serializable {
    Optional<String> labelled() {
        return label.isEmpty() ? Optional.empty() : Optional.of(label);
    }
}

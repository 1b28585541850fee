package org.mmcr.spark;

import java.io.Serializable;
import java.util.Optional;

/**
 * A picture as a file holds it.
 *
 * @param path its name in the result
 * @param label its class, "" where there is none
 * @param content JPEG, PNG, GIF or BMP
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record EncodedPicture(String path, String label, byte[] content) implements Serializable {
    Optional<String> labelled() {
        return label.isEmpty() ? Optional.empty() : Optional.of(label);
    }
}

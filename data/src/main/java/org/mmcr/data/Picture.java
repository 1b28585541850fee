package org.mmcr.data;

import java.io.IOException;
import org.apiguardian.api.API;

/**
 * A decoded picture.
 *
 * @param height number of rows, at least 1
 * @param width number of columns, at least 1
 * @param rgb (height, width, 3) unsigned bytes in C order: red, green, blue
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
@API(status = API.Status.STABLE)
public record Picture(int height, int width, byte[] rgb) {
    /**
     * Decodes the content of a JPEG, PNG, WebP, TIFF, GIF or BMP file. The content may come from an untrusted source:
     * the size is checked before memory is allocated.
     *
     * @throws IOException if the content is damaged, too large, or no picture
     */
    public static Picture decode(byte[] content) throws IOException {
        return new PictureDecoder().decode(content);
    }

    public Picture {
        if (height < 1 || width < 1 || rgb.length != (long) height * width * 3) {
            throw new IllegalArgumentException("expected " + (long) height * width * 3 + " bytes for a picture of "
                    + height + " x " + width + ", found " + rgb.length);
        }
    }
}

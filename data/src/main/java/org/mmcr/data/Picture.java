package org.mmcr.data;

import java.io.IOException;
import org.apiguardian.api.API;

/**
 * One decoded picture.
 *
 * @param height rows, at least 1
 * @param width columns, at least 1
 * @param rgb height * width * 3 unsigned bytes, row by row, red, green, blue
 */
@SuppressWarnings("ArrayRecordComponent") // pixels are never compared; a list of bytes would be wasteful
@API(status = API.Status.STABLE)
public record Picture(int height, int width, byte[] rgb) {
    /**
     * The picture in the content of a JPEG, PNG, GIF or BMP file, whoever it is from: sizes are checked before memory is
     * spent on them, and anything odd is an {@link IOException} that says what is wrong.
     */
    public static Picture decode(byte[] content) throws IOException {
        return new PictureDecoder().decode(content);
    }

    public Picture {
        if (height < 1 || width < 1 || rgb.length != (long) height * width * 3) {
            throw new IllegalArgumentException("a picture of " + height + " x " + width + " needs "
                    + (long) height * width * 3 + " bytes, found " + rgb.length);
        }
    }
}

package org.mmcr.explorer;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;
import org.mmcr.data.Picture;
import org.mmcr.data.views.Thumbnail;

/** Encodes pictures as PNG for the browser, at the size they are shown. */
final class PictureFiles {
    /** Longer side of a thumbnail. */
    static final int THUMBNAIL = 192;
    /** Longer side of a large picture. */
    static final int LARGE = 768;
    /** Longer side of a picture to zoom into. */
    static final int FULL = 2400;

    private PictureFiles() {}

    static byte[] png(Picture picture, int longest) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            ImageIO.write(Thumbnail.of(picture, longest), "png", out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}

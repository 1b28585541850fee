package org.mmcr.explorer;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;
import org.mmcr.data.Picture;

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
            ImageIO.write(shrunk(image(picture), longest), "png", out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static BufferedImage image(Picture picture) {
        int width = picture.width();
        BufferedImage image = new BufferedImage(width, picture.height(), BufferedImage.TYPE_INT_RGB);
        int[] row = new int[width];
        byte[] rgb = picture.rgb();
        for (int y = 0; y < picture.height(); y++) {
            for (int x = 0; x < width; x++) {
                int at = 3 * (y * width + x);
                row[x] = (rgb[at] & 0xff) << 16 | (rgb[at + 1] & 0xff) << 8 | (rgb[at + 2] & 0xff);
            }
            image.setRGB(0, y, width, 1, row, 0, width);
        }
        return image;
    }

    /** Scales down by repeated halving, which keeps thin lines visible. */
    private static BufferedImage shrunk(BufferedImage image, int longest) {
        BufferedImage now = image;
        while (Math.max(now.getWidth(), now.getHeight()) > longest) {
            int longer = Math.max(now.getWidth(), now.getHeight());
            double scale = Math.max(0.5, (double) longest / longer);
            int width = Math.max(1, (int) Math.round(scale * now.getWidth()));
            int height = Math.max(1, (int) Math.round(scale * now.getHeight()));
            BufferedImage smaller = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
            Graphics2D canvas = smaller.createGraphics();
            canvas.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
            canvas.drawImage(now, 0, 0, width, height, null);
            canvas.dispose();
            now = smaller;
        }
        return now;
    }
}

package org.mmcr.data.views;

import java.awt.image.BufferedImage;
import org.apiguardian.api.API;
import org.mmcr.data.Picture;

/** A picture at the size it is shown at. */
@API(status = API.Status.INTERNAL)
public final class Thumbnail {
    /** Rows that are resized at a time, which bounds the memory. */
    private static final int BAND = 64;

    private Thumbnail() {}

    /**
     * Returns a picture scaled down so that no side is longer than {@code longest} pixels, antialiased as evaluation
     * views are; a smaller picture keeps its size.
     */
    public static BufferedImage of(Picture picture, int longest) {
        double scale = Math.min(1, (double) longest / Math.max(picture.width(), picture.height()));
        int width = Math.max(1, (int) Math.round(scale * picture.width()));
        int height = Math.max(1, (int) Math.round(scale * picture.height()));
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        CropBox whole = new CropBox(0, 0, picture.height(), picture.width());
        ResampleAxis columns = ResampleAxis.of(Interpolation.BILINEAR, picture.width(), width, 0, width);
        Resampler resampler = new Resampler();
        for (int first = 0; first < height; first += BAND) {
            int count = Math.min(BAND, height - first);
            ResampleAxis rows = ResampleAxis.of(Interpolation.BILINEAR, picture.height(), height, first, count);
            PlanarPicture band = new PlanarPicture(count, width);
            resampler.resize(picture, whole, rows, columns, false, band);
            image.setRGB(0, first, width, count, pixels(band), 0, width);
        }
        return image;
    }

    private static int[] pixels(PlanarPicture levels) {
        int[] pixels = new int[levels.pixels];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (int) levels.red[i] << 16 | (int) levels.green[i] << 8 | (int) levels.blue[i];
        }
        return pixels;
    }
}

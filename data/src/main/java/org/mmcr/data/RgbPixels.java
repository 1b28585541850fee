package org.mmcr.data;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.io.IOException;

/**
 * Converts decoded images to RGB bytes. Values are taken as stored, without colour management, as in other training
 * programs. Grey is repeated in three channels, 16 bits are rounded to 8, and transparent pixels are blended with
 * white.
 */
final class RgbPixels {
    private RgbPixels() {}

    /**
     * Returns the pixels of an image.
     *
     * @throws IOException if its samples have more than 16 bits
     */
    static Picture of(BufferedImage image) throws IOException {
        return of(image, image.getColorModel());
    }

    /**
     * Returns the pixels of an image whose own colour model may say less about its fourth sample than the file.
     *
     * @param stored colour model of the samples as the file has them
     * @throws IOException if its samples have more than 16 bits
     */
    static Picture of(BufferedImage image, ColorModel stored) throws IOException {
        int height = image.getHeight();
        int width = image.getWidth();
        byte[] rgb;
        if (image.getType() == BufferedImage.TYPE_3BYTE_BGR && isWhole(image)) {
            rgb = fromBgr(((DataBufferByte) image.getRaster().getDataBuffer()).getData());
        } else if (image.getColorModel() instanceof ComponentColorModel
                && image.getColorModel().getNumColorComponents() <= 3) {
            rgb = fromBands(image.getRaster(), image.getColorModel().getComponentSize(0), stored);
        } else {
            rgb = fromColours(image);
        }
        return new Picture(height, width, rgb);
    }

    private static boolean isWhole(BufferedImage image) {
        return image.getRaster().getParent() == null
                && ((DataBufferByte) image.getRaster().getDataBuffer()).getData().length
                        == image.getHeight() * image.getWidth() * 3;
    }

    private static byte[] fromBgr(byte[] bgr) {
        byte[] rgb = new byte[bgr.length];
        for (int i = 0; i < bgr.length; i += 3) {
            rgb[i] = bgr[i + 2];
            rgb[i + 1] = bgr[i + 1];
            rgb[i + 2] = bgr[i];
        }
        return rgb;
    }

    /** Converts bands of 8 or 16 bits: one or two are grey, three and more RGB, and the next one may be alpha. */
    private static byte[] fromBands(Raster raster, int bits, ColorModel stored) throws IOException {
        if (bits > 16) {
            throw new IOException("its samples have " + bits + " bits; 8 or 16 are read: scale it to 8 or 16 bits");
        }
        int bands = raster.getNumBands();
        int colours = bands < 3 ? 1 : 3;
        boolean transparent = bands > colours && stored.hasAlpha();
        boolean multiplied = transparent && stored.isAlphaPremultiplied();
        int width = raster.getWidth();
        int full = (1 << bits) - 1;
        byte[] rgb = new byte[raster.getHeight() * width * 3];
        int[] row = new int[width * bands];
        for (int y = 0, to = 0; y < raster.getHeight(); y++) {
            raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
            for (int from = 0; from < row.length; from += bands, to += 3) {
                int alpha = toByte(transparent ? row[from + colours] : full, full);
                for (int c = 0; c < 3; c++) {
                    int sample = toByte(row[from + (colours == 1 ? 0 : c)], full);
                    rgb[to + c] = (byte) (multiplied ? Math.min(255, sample + 255 - alpha) : overWhite(sample, alpha));
                }
            }
        }
        return rgb;
    }

    private static int toByte(int sample, int full) {
        return full == 255 ? sample : (int) ((sample * 255L + full / 2) / full);
    }

    private static int overWhite(int sample, int alpha) {
        return alpha == 255 ? sample : (sample * alpha + 255 * (255 - alpha) + 127) / 255;
    }

    /** Converts palettes and packed pixels through their colour model. */
    private static byte[] fromColours(BufferedImage image) {
        int width = image.getWidth();
        byte[] rgb = new byte[image.getHeight() * width * 3];
        int[] row = new int[width];
        for (int y = 0, to = 0; y < image.getHeight(); y++) {
            image.getRGB(0, y, width, 1, row, 0, width);
            for (int argb : row) {
                int alpha = argb >>> 24;
                rgb[to++] = (byte) overWhite((argb >> 16) & 0xff, alpha);
                rgb[to++] = (byte) overWhite((argb >> 8) & 0xff, alpha);
                rgb[to++] = (byte) overWhite(argb & 0xff, alpha);
            }
        }
        return rgb;
    }
}

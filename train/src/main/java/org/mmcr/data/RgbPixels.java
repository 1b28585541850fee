package org.mmcr.data;

import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;

/** A decoded image of any kind to 8-bit RGB. */
final class RgbPixels {
    private RgbPixels() {}

    static Picture of(BufferedImage image) {
        int height = image.getHeight();
        int width = image.getWidth();
        byte[] rgb = new byte[Math.multiplyExact(Math.multiplyExact(height, width), 3)];
        if (image.getType() == BufferedImage.TYPE_3BYTE_BGR && isWhole(image)) {
            swapRedAndBlue(((DataBufferByte) image.getRaster().getDataBuffer()).getData(), rgb);
        } else if (image.getColorModel().getNumComponents() <= 2
                && image.getRaster().getNumBands() <= 2
                && !(image.getColorModel() instanceof IndexColorModel)) {
            spreadGrey(image, rgb);
        } else {
            blendOverWhite(image, rgb);
        }
        return new Picture(height, width, rgb);
    }

    private static boolean isWhole(BufferedImage image) {
        byte[] data = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
        return data.length == image.getWidth() * image.getHeight() * 3;
    }

    private static void swapRedAndBlue(byte[] bgr, byte[] rgb) {
        for (int i = 0; i < rgb.length; i += 3) {
            rgb[i] = bgr[i + 2];
            rgb[i + 1] = bgr[i + 1];
            rgb[i + 2] = bgr[i];
        }
    }

    /** Grey samples are taken as they stand: getRGB would treat them as linear light and brighten them. */
    private static void spreadGrey(BufferedImage image, byte[] rgb) {
        Raster raster = image.getRaster();
        boolean alpha = raster.getNumBands() == 2;
        int depth = image.getColorModel().getComponentSize(0);
        int most = (1 << depth) - 1;
        int[] samples = new int[raster.getNumBands()];
        int at = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                raster.getPixel(x, y, samples);
                int grey = raster.getTransferType() == DataBuffer.TYPE_BYTE && depth == 8
                        ? samples[0]
                        : (int) ((samples[0] * 255L + most / 2) / most);
                if (alpha) {
                    grey = over(grey, (int) (samples[1] * 255L / most));
                }
                rgb[at++] = (byte) grey;
                rgb[at++] = (byte) grey;
                rgb[at++] = (byte) grey;
            }
        }
    }

    private static void blendOverWhite(BufferedImage image, byte[] rgb) {
        int[] row = new int[image.getWidth()];
        int at = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            image.getRGB(0, y, row.length, 1, row, 0, row.length);
            for (int argb : row) {
                int alpha = argb >>> 24;
                rgb[at++] = (byte) over(argb >> 16 & 0xff, alpha);
                rgb[at++] = (byte) over(argb >> 8 & 0xff, alpha);
                rgb[at++] = (byte) over(argb & 0xff, alpha);
            }
        }
    }

    private static int over(int value, int alpha) {
        return alpha == 255 ? value : (value * alpha + 255 * (255 - alpha) + 127) / 255;
    }
}

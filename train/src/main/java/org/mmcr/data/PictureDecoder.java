package org.mmcr.data;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import java.util.Locale;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Encoded bytes (JPEG, PNG, GIF, BMP) to {@link Picture}. Colour comes out as sRGB, transparency over white, the first
 * frame of an animation, EXIF orientation applied. The JDK's reader is tried first because it is twice as fast;
 * TwelveMonkeys reads what that one refuses (CMYK and odd JPEGs). Not thread-safe: one per thread.
 */
final class PictureDecoder {
    private static final Set<String> EXTENSIONS = Set.of("jpg", "jpeg", "jpe", "jfif", "png", "gif", "bmp");
    /** A header may promise any size; beyond this it is taken for damage rather than allocated. */
    private static final long MOST_PIXELS = 200_000_000L;

    private @Nullable ImageReader jpeg;

    static boolean isPicture(String name) {
        int dot = name.lastIndexOf('.');
        return dot >= 0 && EXTENSIONS.contains(name.substring(dot + 1).toLowerCase(Locale.ROOT));
    }

    /** Throws an IOException with a sentence for the user when the bytes are not a whole picture. */
    Picture decode(byte[] bytes) throws IOException {
        if (bytes.length == 0) {
            throw new IOException("the file is empty");
        }
        try {
            Picture picture = isJpeg(bytes) ? decodeJpeg(bytes) : decodeOther(bytes);
            return isJpeg(bytes) ? ExifOrientation.of(bytes).apply(picture) : picture;
        } catch (RuntimeException | OutOfMemoryError e) {
            // Readers report damage by all sorts of unchecked exceptions.
            throw new IOException("cannot be decoded (" + e + ")", e);
        }
    }

    private static boolean isJpeg(byte[] bytes) {
        return bytes.length > 2 && (bytes[0] & 0xff) == 0xff && (bytes[1] & 0xff) == 0xd8;
    }

    private Picture decodeJpeg(byte[] bytes) throws IOException {
        if (jpeg == null) {
            jpeg = jdkJpegReader();
        }
        try {
            return read(jpeg, bytes);
        } catch (TruncatedPictureException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            jpeg = null; // a reader that failed may be in any state
            return decodeOther(bytes);
        }
    }

    private static ImageReader jdkJpegReader() throws IOException {
        for (Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName("jpeg"); readers.hasNext(); ) {
            ImageReader reader = readers.next();
            if (reader.getClass().getName().startsWith("com.sun.")) {
                return reader;
            }
        }
        throw new IOException("this JDK has no JPEG reader; use one with the java.desktop module");
    }

    private static Picture decodeOther(byte[] bytes) throws IOException {
        MemoryCacheImageInputStream stream = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes));
        Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
        if (!readers.hasNext()) {
            throw new IOException("not a JPEG, PNG, GIF or BMP picture");
        }
        ImageReader reader = readers.next();
        try {
            return read(reader, bytes);
        } finally {
            reader.dispose();
        }
    }

    private static Picture read(ImageReader reader, byte[] bytes) throws IOException {
        String[] damage = new String[1];
        reader.addIIOReadWarningListener((source, warning) -> {
            if (warning.toLowerCase(Locale.ROOT).contains("premature end")) {
                damage[0] = warning;
            }
        });
        try (MemoryCacheImageInputStream stream = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
            reader.setInput(stream, true, true);
            long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
            if (pixels > MOST_PIXELS) {
                throw new IOException("its header promises " + reader.getWidth(0) + " x " + reader.getHeight(0)
                        + " pixels, more than " + MOST_PIXELS);
            }
            BufferedImage image = reader.read(0);
            if (damage[0] != null) {
                throw new TruncatedPictureException("truncated (" + damage[0] + ")");
            }
            return RgbPixels.of(image);
        } finally {
            reader.removeAllIIOReadWarningListeners();
            reader.setInput(null);
        }
    }

    /** Damage the reader would paper over with grey. */
    private static final class TruncatedPictureException extends IOException {
        private static final long serialVersionUID = 1L;

        TruncatedPictureException(String message) {
            super(message);
        }
    }
}

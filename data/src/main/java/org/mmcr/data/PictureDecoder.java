package org.mmcr.data;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.Spliterators;
import java.util.stream.StreamSupport;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.event.IIOReadWarningListener;

/**
 * JPEG, PNG, GIF (first frame) or BMP bytes -> RGB, upright. One per thread: its readers are reused, which is most of the
 * speed on small pictures. The content decides the format, not the name: renamed files are common in public sets.
 */
public final class PictureDecoder {
    /** 8192 x 8192: a header beyond that is refused before any memory is spent on it. */
    private static final long MAX_PIXELS = 1L << 26;
    /** Deflate reaches 1032:1, eight pixels to the byte: a header that promises more is a lie or a bomb. */
    private static final long MAX_PIXELS_PER_BYTE = 8 * 1032;

    private static final Set<String> EXTENSIONS = Set.of("jpg", "jpeg", "jpe", "jfif", "png", "gif", "bmp");

    private final WarningRecorder warnings = new WarningRecorder();
    private final ImageReader fastJpeg = reader("jpeg", true);
    // Slower, but reads CMYK, YCCK and damaged metadata.
    private final ImageReader sturdyJpeg = reader("jpeg", false);
    private final ImageReader png = reader("png", true);
    private final ImageReader gif = reader("gif", true);
    private final ImageReader bmp = reader("bmp", true);

    public PictureDecoder() {
        for (ImageReader reader : List.of(fastJpeg, sturdyJpeg, png, gif, bmp)) {
            reader.addIIOReadWarningListener(warnings);
        }
    }

    /** The platform's own reader, or the first that is not. */
    private static ImageReader reader(String format, boolean platform) {
        Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format);
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(readers, 0), false)
                .filter(reader -> platform == reader.getClass().getName().startsWith("com.sun."))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no " + format + " reader; the class path is incomplete"));
    }

    /** Whether a name ends as a picture's does. */
    public static boolean isPicture(String name) {
        int dot = name.lastIndexOf('.');
        return dot >= 0 && EXTENSIONS.contains(name.substring(dot + 1).toLowerCase(Locale.ROOT));
    }

    /** Decodes; the message of a failure says what is wrong with the content. */
    public Picture decode(byte[] content) throws IOException {
        if (content.length == 0) {
            throw new IOException("the file is empty");
        }
        try {
            return decodeKnown(content);
        } catch (RuntimeException | OutOfMemoryError e) {
            // Readers answer damaged headers with whatever their arithmetic trips over.
            throw new IOException("cannot be decoded (" + e + ")", e);
        }
    }

    private Picture decodeKnown(byte[] content) throws IOException {
        if (startsWith(content, 0xff, 0xd8, 0xff)) {
            return ExifOrientation.of(content).apply(RgbPixels.of(jpeg(content)));
        }
        if (startsWith(content, 0x89, 'P', 'N', 'G')) {
            return RgbPixels.of(read(png, content));
        }
        if (startsWith(content, 'G', 'I', 'F', '8')) {
            return RgbPixels.of(read(gif, content));
        }
        if (startsWith(content, 'B', 'M')) {
            return RgbPixels.of(read(bmp, content));
        }
        throw new IOException("the content is not a JPEG, PNG, GIF or BMP picture");
    }

    /** Format and colours of content that decodes, from its header alone. */
    String mode(byte[] content) throws IOException {
        if (startsWith(content, 0xff, 0xd8, 0xff)) {
            return "JPEG, " + colours(sturdyJpeg, content);
        }
        if (startsWith(content, 0x89, 'P', 'N', 'G')) {
            return "PNG, " + colours(png, content);
        }
        return startsWith(content, 'G', 'I', 'F', '8')
                ? "GIF, " + colours(gif, content)
                : "BMP, " + colours(bmp, content);
    }

    private static String colours(ImageReader reader, byte[] content) throws IOException {
        try (ByteArrayImageStream stream = new ByteArrayImageStream(content)) {
            reader.setInput(stream, true, true);
            Iterator<ImageTypeSpecifier> types = reader.getImageTypes(0);
            ImageTypeSpecifier raw = reader.getRawImageType(0);
            return describe((raw == null ? types.next() : raw).getColorModel());
        } catch (RuntimeException e) {
            return "colours unknown";
        } finally {
            reader.setInput(null);
        }
    }

    private static String describe(ColorModel model) {
        String colours = model instanceof IndexColorModel
                ? "palette"
                : switch (model.getNumColorComponents()) {
                    case 1 -> "gray";
                    case 3 -> "RGB";
                    default -> "CMYK";
                };
        int bits = model.getComponentSize(0);
        boolean usual = bits == 8 || model instanceof IndexColorModel;
        return (usual ? colours : bits + "-bit " + colours) + (model.hasAlpha() ? " with alpha" : "");
    }

    private BufferedImage jpeg(byte[] content) throws IOException {
        try {
            BufferedImage image = read(fastJpeg, content);
            // Some JDKs refuse CMYK and some read it, each in its own colours: one reader for all of them.
            return image.getColorModel().getNumColorComponents() <= 3 ? image : read(sturdyJpeg, content);
        } catch (BrokenContentException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            return read(sturdyJpeg, content);
        }
    }

    private BufferedImage read(ImageReader reader, byte[] content) throws IOException {
        warnings.clear();
        try (ByteArrayImageStream stream = new ByteArrayImageStream(content)) {
            reader.setInput(stream, true, true);
            checkSize(reader.getWidth(0), reader.getHeight(0), content.length);
            BufferedImage image = reader.read(0);
            if (warnings.truncated()) {
                throw new BrokenContentException("the file is cut short");
            }
            return image;
        } finally {
            reader.setInput(null);
        }
    }

    private static void checkSize(long width, long height, long bytes) throws BrokenContentException {
        long pixels = width * height;
        if (pixels > MAX_PIXELS) {
            throw new BrokenContentException("the header declares " + width + " x " + height + " pixels, more than the "
                    + MAX_PIXELS + " that are decoded");
        }
        if (pixels > bytes * MAX_PIXELS_PER_BYTE) {
            throw new BrokenContentException("the header declares " + width + " x " + height + " pixels, more than "
                    + bytes + " bytes can hold");
        }
    }

    private static boolean startsWith(byte[] content, int... magic) {
        if (content.length < magic.length) {
            return false;
        }
        for (int i = 0; i < magic.length; i++) {
            if ((content[i] & 0xff) != magic[i]) {
                return false;
            }
        }
        return true;
    }

    /** Content that no other reader should be asked about. */
    private static final class BrokenContentException extends IOException {
        private static final long serialVersionUID = 1L;

        BrokenContentException(String message) {
            super(message);
        }
    }

    /** JPEG readers paint what is missing grey and only mention it. */
    private static final class WarningRecorder implements IIOReadWarningListener {
        private boolean truncated;

        @Override
        public void warningOccurred(ImageReader source, String warning) {
            String lower = warning.toLowerCase(Locale.ROOT);
            truncated |= lower.contains("premature end") || lower.contains("truncated") || lower.contains("inserted");
        }

        void clear() {
            truncated = false;
        }

        boolean truncated() {
            return truncated;
        }
    }
}

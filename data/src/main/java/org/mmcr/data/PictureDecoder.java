package org.mmcr.data;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.Spliterators;
import java.util.stream.StreamSupport;
import javax.imageio.IIOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.event.IIOReadWarningListener;

/**
 * Decodes JPEG, PNG, WebP, TIFF (first page), GIF (first frame) and BMP content to upright RGB. The format is detected
 * from the content, since renamed files are common in public data sets. Reuses its readers, which are costly to
 * create; not thread-safe.
 */
public final class PictureDecoder {
    /** The largest decoded picture, 8192 x 8192. Of larger ones, every second, third, ... pixel is decoded. */
    private static final long MAX_PIXELS = 1L << 26;
    /** The usual bound of a stored picture; larger ones are rejected before memory is allocated. */
    private static final long MAX_STORED_PIXELS = 1L << 29;
    /**
     * Deflate compresses up to 1032:1, with eight pixels in a byte; a header that declares more is false. Two formats
     * may hold more: bilevel TIFF, see {@link #checkSize}, and lossless WebP of one colour. Such WebP files are
     * rejected all the same, because in a damaged one the reader would read past the end for every declared pixel.
     */
    private static final long MAX_PIXELS_PER_BYTE = 8 * 1032;

    private static final Set<String> EXTENSIONS =
            Set.of("jpg", "jpeg", "jpe", "jfif", "png", "gif", "bmp", "webp", "tif", "tiff");

    private final long mostPixels;
    private final WarningRecorder warnings = new WarningRecorder();
    private final ImageReader fastJpeg = reader("jpeg", true);
    // Slower, but reads CMYK, YCCK and damaged metadata.
    private final ImageReader tolerantJpeg = reader("jpeg", false);
    private final ImageReader png = reader("png", true);
    private final ImageReader gif = reader("gif", true);
    private final ImageReader bmp = reader("bmp", true);
    private final ImageReader webp = reader("webp", false);
    // The JDK's own reader knows fewer compressions and fails on some it knows.
    private final ImageReader tiff = reader("tiff", false);

    /** Creates a decoder of pictures of up to 2^29 pixels. */
    public PictureDecoder() {
        this(MAX_STORED_PIXELS);
    }

    /** Creates a decoder that rejects pictures of more pixels, before it allocates memory for them. */
    public PictureDecoder(long mostPixels) {
        this.mostPixels = mostPixels;
        for (ImageReader reader : List.of(fastJpeg, tolerantJpeg, png, gif, bmp, webp, tiff)) {
            reader.addIIOReadWarningListener(warnings);
        }
    }

    /** Returns the JDK's own reader of a format, or the first other one. */
    private static ImageReader reader(String format, boolean platform) {
        Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format);
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(readers, 0), false)
                .filter(reader -> platform == reader.getClass().getName().startsWith("com.sun."))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no " + format + " reader; the class path is incomplete"));
    }

    /** Returns whether a file name has the extension of a picture. */
    public static boolean isPicture(String name) {
        int dot = name.lastIndexOf('.');
        return dot >= 0 && EXTENSIONS.contains(name.substring(dot + 1).toLowerCase(Locale.ROOT));
    }

    /**
     * Decodes the content of a file.
     *
     * @throws IOException if the content is damaged, too large, or no picture
     */
    public Picture decode(byte[] content) throws IOException {
        if (content.length == 0) {
            throw new IOException("the file is empty");
        }
        try {
            return decodeKnown(content);
        } catch (EOFException e) {
            throw new IOException("the file is cut short", e);
        } catch (IIOException e) {
            throw new IOException(String.valueOf(e.getMessage()).replaceAll("\\s+", " "), e);
        } catch (OutOfMemoryError e) {
            throw new IOException(
                    "decoding it needs more memory than the Java heap of "
                            + (Runtime.getRuntime().maxMemory() >> 20)
                            + " MiB has; raise it with MMCR_JAVA_OPTS=-Xmx4g",
                    e);
        } catch (RuntimeException e) {
            // Readers fail on damaged headers with any kind of runtime exception.
            throw new IOException("it cannot be decoded (" + e + ")", e);
        }
    }

    private Picture decodeKnown(byte[] content) throws IOException {
        if (startsWith(content, 0xff, 0xd8, 0xff)) {
            return ExifOrientation.of(content).apply(RgbPixels.of(jpeg(content)));
        }
        if (startsWith(content, 0x89, 'P', 'N', 'G')) {
            return ExifOrientation.ofPng(content).apply(RgbPixels.of(read(png, content)));
        }
        if (startsWith(content, 'G', 'I', 'F', '8')) {
            return RgbPixels.of(read(gif, content));
        }
        if (startsWith(content, 'B', 'M')) {
            return RgbPixels.of(read(bmp, content));
        }
        if (isWebp(content)) {
            return ExifOrientation.ofWebp(content).apply(RgbPixels.of(read(webp, content)));
        }
        if (isTiff(content)) {
            return ExifOrientation.ofTiff(content).apply(tiff(content));
        }
        throw new IOException("the content is not a JPEG, PNG, WebP, TIFF, GIF or BMP picture");
    }

    /** Returns whether the picture decoded last was damaged inside and is not as it was stored. */
    boolean isDamaged() {
        return warnings.damaged();
    }

    /** Returns format and colours of content that decodes, from its header alone. */
    String mode(byte[] content) throws IOException {
        if (startsWith(content, 0xff, 0xd8, 0xff)) {
            return "JPEG, " + colours(tolerantJpeg, content);
        }
        if (startsWith(content, 0x89, 'P', 'N', 'G')) {
            return "PNG, " + colours(png, content);
        }
        if (isWebp(content)) {
            return "WebP, " + colours(webp, content);
        }
        if (isTiff(content)) {
            return "TIFF, " + colours(tiff, content);
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
            // JDKs differ in whether and how they read CMYK; one reader gives the same colours on all of them.
            return image.getColorModel().getNumColorComponents() <= 3 ? image : read(tolerantJpeg, content);
        } catch (BrokenContentException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            return read(tolerantJpeg, content);
        }
    }

    private BufferedImage read(ImageReader reader, byte[] content) throws IOException {
        warnings.clear();
        try (ByteArrayImageStream stream = new ByteArrayImageStream(content)) {
            reader.setInput(stream, true, true);
            checkSize(reader, content.length);
            stream.expect((long) reader.getWidth(0) * reader.getHeight(0));
            BufferedImage image = reader.read(0, reduction(reader));
            if (warnings.truncated()) {
                throw new BrokenContentException("the file is cut short");
            }
            return image;
        } finally {
            reader.setInput(null);
        }
    }

    private Picture tiff(byte[] content) throws IOException {
        BufferedImage image = read(tiff, content);
        ColorModel model = image.getColorModel();
        boolean more = image.getRaster().getNumBands() > model.getNumColorComponents();
        return RgbPixels.of(image, more ? storedTiff(content) : model);
    }

    /** Returns the colour model of a TIFF file's samples; that of the decoded image takes a fourth one for alpha. */
    private ColorModel storedTiff(byte[] content) throws IOException {
        try (ByteArrayImageStream stream = new ByteArrayImageStream(content)) {
            tiff.setInput(stream, true, true);
            return tiff.getRawImageType(0).getColorModel();
        } finally {
            tiff.setInput(null);
        }
    }

    /** Returns the parameters that decode a large picture at a size within the limit. */
    private static ImageReadParam reduction(ImageReader reader) throws IOException {
        ImageReadParam parameters = reader.getDefaultReadParam();
        double pixels = (double) reader.getWidth(0) * reader.getHeight(0);
        if (pixels > MAX_PIXELS) {
            int step = (int) Math.ceil(Math.sqrt(pixels / MAX_PIXELS));
            parameters.setSourceSubsampling(step, step, 0, 0);
        }
        return parameters;
    }

    /** Checks the declared size. In bilevel TIFF, CCITT G4 stores a blank row of any width in one bit. */
    private void checkSize(ImageReader reader, long bytes) throws IOException {
        long width = reader.getWidth(0);
        long height = reader.getHeight(0);
        long pixels = width * height;
        if (pixels > mostPixels) {
            throw new BrokenContentException("the header declares " + width + " x " + height + " pixels, more than the "
                    + mostPixels + " allowed");
        }
        if (pixels > bytes * MAX_PIXELS_PER_BYTE && (height > 8 * bytes || !isBilevelTiff(reader))) {
            throw new BrokenContentException("the header declares " + width + " x " + height + " pixels, more than "
                    + bytes + " bytes can hold");
        }
    }

    private boolean isBilevelTiff(ImageReader reader) throws IOException {
        return reader == tiff && reader.getRawImageType(0).getColorModel().getPixelSize() == 1;
    }

    private static boolean isWebp(byte[] content) {
        return startsWith(content, 'R', 'I', 'F', 'F')
                && content.length > 12
                && startsWith(Arrays.copyOfRange(content, 8, 12), 'W', 'E', 'B', 'P');
    }

    private static boolean isTiff(byte[] content) {
        return startsWith(content, 'I', 'I', 42, 0) || startsWith(content, 'M', 'M', 0, 42);
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

    /** Thrown for damage that no other reader can handle. */
    private static final class BrokenContentException extends IOException {
        private static final long serialVersionUID = 1L;

        BrokenContentException(String message) {
            super(message);
        }
    }

    /** Detects pictures that are cut short or damaged: JPEG readers fill the missing part with grey and only warn. */
    private static final class WarningRecorder implements IIOReadWarningListener {
        private boolean truncated;
        private boolean damaged;

        @Override
        public void warningOccurred(ImageReader source, String warning) {
            String lower = warning.toLowerCase(Locale.ROOT);
            // A data segment that ends early is damage inside, behind which the reader finds its way again.
            boolean inside = lower.contains("corrupt jpeg data");
            damaged |= inside;
            truncated |= !inside
                    && (lower.contains("premature end") || lower.contains("truncated") || lower.contains("inserted"));
        }

        void clear() {
            truncated = false;
            damaged = false;
        }

        boolean damaged() {
            return damaged;
        }

        boolean truncated() {
            return truncated;
        }
    }
}

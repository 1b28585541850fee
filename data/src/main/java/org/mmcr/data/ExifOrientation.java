package org.mmcr.data;

import com.drew.imaging.ImageMetadataReader;
import com.drew.imaging.ImageProcessingException;
import com.drew.imaging.jpeg.JpegMetadataReader;
import com.drew.imaging.png.PngChunk;
import com.drew.imaging.png.PngChunkReader;
import com.drew.imaging.png.PngChunkType;
import com.drew.imaging.riff.RiffReader;
import com.drew.lang.ByteArrayReader;
import com.drew.lang.SequentialByteArrayReader;
import com.drew.metadata.Metadata;
import com.drew.metadata.MetadataException;
import com.drew.metadata.exif.ExifIFD0Directory;
import com.drew.metadata.exif.ExifReader;
import com.drew.metadata.webp.WebpRiffHandler;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;

/**
 * The orientation of a picture in EXIF metadata (tag 0x0112).
 *
 * @param code 1 to 8; 1 is upright
 */
record ExifOrientation(int code) {
    private static final ExifOrientation UPRIGHT = new ExifOrientation(1);
    /** The type of PNG's chunk of metadata, "eXIf". */
    private static final int EXIF_CHUNK = 0x65584966;

    /** Reads the orientation of a JPEG file; upright if there is none or the metadata are damaged. */
    static ExifOrientation of(byte[] jpeg) {
        return contains(jpeg, "Exif\0")
                ? of(() -> JpegMetadataReader.readMetadata(new ByteArrayInputStream(jpeg), List.of(new ExifReader())))
                : UPRIGHT;
    }

    /** Reads the orientation of a PNG file, as {@link #of}. */
    static ExifOrientation ofPng(byte[] png) {
        return hasExifChunk(png)
                ? of(() -> {
                    Metadata metadata = new Metadata();
                    // Reading from a stream, the library allocates whatever length a damaged chunk declares.
                    for (PngChunk chunk : new PngChunkReader()
                            .extract(new SequentialByteArrayReader(png), Set.of(PngChunkType.eXIf))) {
                        new ExifReader().extract(new ByteArrayReader(chunk.getBytes()), metadata);
                    }
                    return metadata;
                })
                : UPRIGHT;
    }

    /** Reads the orientation of a WebP file, as {@link #of}. */
    static ExifOrientation ofWebp(byte[] webp) {
        return of(() -> {
            Metadata metadata = new Metadata();
            new RiffReader().processRiff(new SequentialByteArrayReader(webp), new WebpRiffHandler(metadata));
            return metadata;
        });
    }

    /** Reads the orientation of a TIFF file, as {@link #of}. */
    static ExifOrientation ofTiff(byte[] tiff) {
        return of(() -> ImageMetadataReader.readMetadata(new ByteArrayInputStream(tiff)));
    }

    private interface Reading {
        Metadata metadata() throws ImageProcessingException, IOException;
    }

    private static ExifOrientation of(Reading reading) {
        try {
            ExifIFD0Directory directory = reading.metadata().getFirstDirectoryOfType(ExifIFD0Directory.class);
            if (directory == null || !directory.containsTag(ExifIFD0Directory.TAG_ORIENTATION)) {
                return UPRIGHT;
            }
            int code = directory.getInt(ExifIFD0Directory.TAG_ORIENTATION);
            return code >= 1 && code <= 8 ? new ExifOrientation(code) : UPRIGHT;
        } catch (ImageProcessingException | IOException | MetadataException e) {
            return UPRIGHT; // damaged metadata of a picture that may be fine
        }
    }

    /** Returns whether a PNG file has a chunk of metadata, which may come after the pixels. */
    private static boolean hasExifChunk(byte[] png) {
        ByteBuffer content = ByteBuffer.wrap(png);
        long chunk = 8;
        while (chunk + 12 <= png.length && content.getInt((int) chunk + 4) != EXIF_CHUNK) {
            chunk += 12 + Integer.toUnsignedLong(content.getInt((int) chunk));
        }
        return chunk + 12 <= png.length;
    }

    /** Returns whether the first 64 KiB hold a text: most pictures have no metadata, and a scan is fast. */
    private static boolean contains(byte[] content, String text) {
        int end = Math.min(content.length - text.length(), 1 << 16);
        for (int i = 2; i < end; i++) {
            int matched = 0;
            while (matched < text.length() && content[i + matched] == text.charAt(matched)) {
                matched++;
            }
            if (matched == text.length()) {
                return true;
            }
        }
        return false;
    }

    /** Returns the picture turned upright. */
    Picture apply(Picture picture) {
        if (code == 1) {
            return picture;
        }
        boolean turned = code >= 5;
        int height = turned ? picture.width() : picture.height();
        int width = turned ? picture.height() : picture.width();
        byte[] source = picture.rgb();
        byte[] target = new byte[source.length];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                System.arraycopy(source, 3 * sourcePixel(y, x, picture), target, 3 * (y * width + x), 3);
            }
        }
        return new Picture(height, width, target);
    }

    private int sourcePixel(int y, int x, Picture stored) {
        int bottom = stored.height() - 1;
        int right = stored.width() - 1;
        return switch (code) {
            case 2 -> y * stored.width() + right - x;
            case 3 -> (bottom - y) * stored.width() + right - x;
            case 4 -> (bottom - y) * stored.width() + x;
            case 5 -> x * stored.width() + y;
            case 6 -> (bottom - x) * stored.width() + y;
            case 7 -> (bottom - x) * stored.width() + right - y;
            case 8 -> x * stored.width() + right - y;
            default -> y * stored.width() + x;
        };
    }
}

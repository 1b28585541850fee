package org.mmcr.report.page;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.List;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/**
 * Square pictures of one size, side by side in one JPEG: tile i is in column {@code i % columns} of row
 * {@code i / columns}.
 *
 * @param image a data URI
 * @param side of a tile, pixels
 * @param columns tiles in a row
 */
public record SpriteSheet(String image, int side, int columns) {
    private static final float QUALITY = 0.85f;
    private static final String PREFIX = "data:image/jpeg;base64,";

    /** Encodes tiles of side * side pixels each, 0xRRGGBB, row by row. */
    public static SpriteSheet of(List<int[]> tiles, int side, int columns) {
        int rows = Math.max(1, (tiles.size() + columns - 1) / columns);
        BufferedImage sheet = new BufferedImage(columns * side, rows * side, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < tiles.size(); i++) {
            sheet.setRGB(i % columns * side, i / columns * side, side, side, tiles.get(i), 0, side);
        }
        return new SpriteSheet(PREFIX + Base64.getEncoder().encodeToString(jpeg(sheet)), side, columns);
    }

    private static byte[] jpeg(BufferedImage sheet) {
        ImageWriter writer = ImageIO.getImageWriters(ImageTypeSpecifier.createFromRenderedImage(sheet), "jpeg")
                .next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
            ImageWriteParam settings = writer.getDefaultWriteParam();
            settings.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            settings.setCompressionQuality(QUALITY);
            writer.setOutput(out);
            writer.write(null, new IIOImage(sheet, null, null), settings);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }
}

package org.mmcr.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.awt.Point;
import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PictureDecoderTest {
    /** 16x16: left half CMYK (0, 255, 255, 0), which is red, right half (0, 0, 0, 0), which is white. */
    private static final String CMYK =
            "/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwANCQoLCggNCwoLDg4NDxMgFRMSEhMnHB4XIC4pMTAuKS0sMzpKPjM2RjcsLU"
                    + "BXQUZMTlJTUjI+WmFaUGBKUVJP/8AAFAgAEAAQBEMRAE0RAFkRAEsRAP/EABYAAQEBAAAAAAAAAAAAAAAAAAAIB//E"
                    + "ABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAOBEMATQBZAEsAAD8A05mDMGnCnVOgmJMQKdU6P//Z";

    /** Lossless, written by Pillow: 64 bytes. */
    static final String WEBP =
            "UklGRjgAAABXRUJQVlA4TCwAAAAvE8ACAB8gEEjaH3qN+RcQFPk/2vwHXySATMBiJd2quZV0axDR/9gsHZD2AA==";
    /** The same, damaged. */
    private static final String PAST_THE_END = "UklGRjgAAABXRUJQVlA4TCwAAAAvE8AsAB8gAEjaH3qN+RcPvBg4LGQQFPk/KEc=";

    private final PictureDecoder decoder = new PictureDecoder();

    @ParameterizedTest
    @ValueSource(strings = {"png", "bmp", "gif", "tiff"})
    void decode_losslessFormats_exactPixels(String format) throws IOException {
        assertQuarters(
                decoder.decode(TestFiles.encode(TestFiles.quarters(20, 12, BufferedImage.TYPE_INT_RGB), format)), 0);
    }

    @Test
    void decode_jpeg_closePixels() throws IOException {
        assertQuarters(
                decoder.decode(TestFiles.encode(TestFiles.quarters(32, 32, BufferedImage.TYPE_INT_RGB), "jpg")), 12);
    }

    @Test
    void decode_webp_exactPixels() throws IOException {
        byte[] webp = Base64.getDecoder().decode(WEBP);
        assertQuarters(decoder.decode(webp), 0);
        assertThat(decoder.mode(webp)).startsWith("WebP, RGB");
    }

    @Test
    void decode_pictureCutShort_saysSo() throws IOException {
        byte[] bmp = TestFiles.encode(TestFiles.quarters(20, 12, BufferedImage.TYPE_INT_RGB), "bmp");
        assertThatThrownBy(() -> decoder.decode(Arrays.copyOf(bmp, 20)))
                .isInstanceOf(IOException.class)
                .hasMessage("the file is cut short");
    }

    @Test
    void decode_webpWithAChunkNamedByNewlines_failsInOneLine() {
        byte[] webp = Base64.getDecoder().decode(WEBP);
        Arrays.fill(webp, 12, 16, (byte) '\n');
        assertThatThrownBy(() -> decoder.decode(webp))
                .isInstanceOf(IOException.class)
                .message()
                .doesNotContain("\n");
    }

    /** The reader of the first runs past the end for each pixel; behind the second is a chunk of 1 GiB. */
    @Test
    void decode_damagedWebp_allocatesLittle() {
        ByteBuffer chunk = ByteBuffer.wrap(Base64.getDecoder().decode(WEBP.replace("AA==", "AHh4eHgAAABA")));
        chunk.order(ByteOrder.LITTLE_ENDIAN).putInt(4, Integer.MAX_VALUE);
        for (byte[] content : List.of(Base64.getDecoder().decode(PAST_THE_END), chunk.array())) {
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long before = threads.getCurrentThreadAllocatedBytes();
            try {
                decoder.decode(content);
            } catch (IOException e) {
                // It is damaged.
            }
            assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(64 << 20);
        }
    }

    /** Orientation 3 turns by 180 degrees: the yellow quarter comes first. */
    @Test
    void decode_orientationInPng_isApplied() throws IOException {
        byte[] png = TestFiles.encode(TestFiles.quarters(20, 12, BufferedImage.TYPE_INT_RGB), "png");
        Picture picture = decoder.decode(turned(png, 33));
        assertThat(TestFiles.pixel(picture, 0, 0)).isEqualTo(TestFiles.YELLOW);
        assertThat(TestFiles.pixel(picture, 11, 19)).isEqualTo(TestFiles.RED);
    }

    /** PNG allows metadata behind the pixels, which take more than 64 KiB here. */
    @Test
    void decode_orientationBehindThePixelsOfPng_isApplied() throws IOException {
        BufferedImage noise = noise(200, 150);
        byte[] png = TestFiles.encode(noise, "png");
        assertThat(png.length).isGreaterThan(1 << 16);
        Picture picture = decoder.decode(turned(png, png.length - 12));
        assertThat(TestFiles.pixel(picture, 0, 0)).isEqualTo(noise.getRGB(199, 149) & 0xffffff);
    }

    /** Inserts a chunk of metadata with orientation 3. */
    private static byte[] turned(byte[] png, int at) {
        byte[] exif = HexFormat.of().parseHex("4d4d002a0000000800010112000300000001000300000000" + "0000");
        CRC32 sum = new CRC32();
        byte[] name = "eXIf".getBytes(StandardCharsets.US_ASCII);
        sum.update(name);
        sum.update(exif);
        ByteBuffer turned = ByteBuffer.allocate(png.length + 12 + exif.length);
        turned.put(png, 0, at).putInt(exif.length).put(name).put(exif).putInt((int) sum.getValue());
        return turned.put(png, at, png.length - at).array();
    }

    private static BufferedImage noise(int width, int height) {
        BufferedImage noise = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Random random = new Random(1);
        for (int i = 0; i < width * height; i++) {
            noise.setRGB(i % width, i / width, random.nextInt(1 << 24));
        }
        return noise;
    }

    @Test
    void decode_moreThan8192Squared_isReduced() throws IOException {
        BufferedImage large = new BufferedImage(9000, 8000, BufferedImage.TYPE_BYTE_BINARY);
        large.getRaster().setSample(100, 200, 0, 1);
        Picture picture = decoder.decode(TestFiles.encode(large, "png"));
        assertThat(List.of(picture.height(), picture.width())).containsExactly(4000, 4500);
        assertThat(TestFiles.pixel(picture, 100, 50)).isEqualTo(0xffffff);
    }

    @Test
    void decode_palettePng_exactPixels() throws IOException {
        BufferedImage palette = TestFiles.quarters(20, 12, BufferedImage.TYPE_BYTE_INDEXED);
        assertQuarters(decoder.decode(TestFiles.encode(palette, "png")), 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "jpg", "bmp"})
    void decode_grey_samplesAsStored(String format) throws IOException {
        BufferedImage grey = new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY);
        for (int i = 0; i < 64; i++) {
            grey.getRaster().setSample(i % 8, i / 8, 0, 100);
        }
        assertThat(TestFiles.pixel(decoder.decode(TestFiles.encode(grey, format)), 4, 4))
                .isEqualTo(0x646464);
    }

    @Test
    void decode_sixteenBits_roundedToEight() throws IOException {
        BufferedImage grey = new BufferedImage(4, 4, BufferedImage.TYPE_USHORT_GRAY);
        grey.getRaster().setSample(1, 2, 0, 0x8180);
        assertThat(TestFiles.pixel(decoder.decode(TestFiles.encode(grey, "png")), 2, 1))
                .isEqualTo(0x818181);
        WritableRaster raster = Raster.createInterleavedRaster(DataBuffer.TYPE_USHORT, 4, 4, 3, new Point());
        raster.setPixel(3, 1, new int[] {0xffff, 257 * 7, 0});
        ComponentColorModel model = new ComponentColorModel(
                ColorSpace.getInstance(ColorSpace.CS_sRGB), false, false, Transparency.OPAQUE, DataBuffer.TYPE_USHORT);
        byte[] colour = TestFiles.encode(new BufferedImage(model, raster, false, null), "png");
        assertThat(TestFiles.pixel(decoder.decode(colour), 1, 3)).isEqualTo(0xff0700);
    }

    @Test
    void decode_samplesOf32Bits_saysWhatIsRead() {
        String message = "its samples have 32 bits; 8 or 16 are read: scale it to 8 or 16 bits";
        assertThatThrownBy(() -> decoder.decode(tiff(4, 4, 32, 1, new byte[64])))
                .isInstanceOf(IOException.class)
                .hasMessage(message);
        ComponentColorModel model = new ComponentColorModel(
                ColorSpace.getInstance(ColorSpace.CS_GRAY), false, false, Transparency.OPAQUE, DataBuffer.TYPE_FLOAT);
        BufferedImage floats = new BufferedImage(model, model.createCompatibleWritableRaster(4, 4), false, null);
        assertThatThrownBy(() -> RgbPixels.of(floats))
                .isInstanceOf(IOException.class)
                .hasMessage(message);
    }

    /** CCITT G4 (compression 4) stores a blank row in one bit, and ends with twice eleven zeros and a one. */
    @Test
    void decode_blankFaxPage_isRead() throws IOException {
        byte[] rows = new byte[50 + 3];
        Arrays.fill(rows, 0, 50, (byte) 0xff);
        rows[51] = 0x10;
        rows[52] = 1;
        Picture page = decoder.decode(tiff(9000, 400, 1, 4, rows));
        assertThat(List.of(page.height(), page.width())).containsExactly(400, 9000);
        assertThat(TestFiles.pixel(page, 0, 0)).isEqualTo(0xffffff);
        assertThat(TestFiles.pixel(page, 399, 8999)).isEqualTo(0xffffff);
        assertThatThrownBy(() -> decoder.decode(tiff(9000, 4000, 1, 4, rows)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("more than 175 bytes can hold");
    }

    /** TIFF 6.0, ExtraSamples: 0 is no alpha, 1 is alpha by which the colours are multiplied, 2 is alpha. */
    @ParameterizedTest
    @CsvSource({"0, 0, 0x800000", "0, 128, 0x800000", "1, 128, 0xff7f7f", "2, 128, 0xbf7f7f", "2, 255, 0x800000"})
    void decode_tiffOfFourSamples_blendsAlphaAlone(int meaning, int fourth, String expected) throws IOException {
        int[][] tags = {
            {256, 1}, {257, 1}, {258, 8}, {259, 1}, {262, 2}, {273, 134}, {277, 4}, {278, 1}, {279, 4}, {338, meaning}
        };
        Picture picture = decoder.decode(tiff(tags, new byte[] {(byte) 128, 0, 0, (byte) fourth}));
        assertThat(TestFiles.pixel(picture, 0, 0)).isEqualTo(Integer.decode(expected));
    }

    /** ExtraSamples describes the first sample behind the colours, which is alpha, and may leave out the rest. */
    @ParameterizedTest
    @ValueSource(ints = {5, 6})
    void decode_tiffWithSamplesBehindAlpha_blendsTheFourth(int samples) throws IOException {
        int[][] tags = {
            {256, 1},
            {257, 1},
            {258, 8},
            {259, 1},
            {262, 2},
            {273, 134},
            {277, samples},
            {278, 1},
            {279, samples},
            {338, 2}
        };
        byte[] pixel = Arrays.copyOf(new byte[] {(byte) 128, 0, 0, (byte) 128}, samples);
        assertThat(TestFiles.pixel(decoder.decode(tiff(tags, pixel)), 0, 0)).isEqualTo(0xbf7f7f);
    }

    /** Returns a grey TIFF file of one strip; of one bit, white is zero. */
    private static byte[] tiff(int width, int height, int bits, int compression, byte[] strip) {
        int white = bits == 1 ? 0 : 1;
        int start = 8 + 2 + 9 * 12 + 4;
        int[][] tags = {
            {256, width},
            {257, height},
            {258, bits},
            {259, compression},
            {262, white},
            {273, start},
            {277, 1},
            {278, height},
            {279, strip.length}
        };
        return tiff(tags, strip);
    }

    /** Returns a TIFF file of one strip that starts behind the tags. */
    private static byte[] tiff(int[][] tags, byte[] strip) {
        int start = 8 + 2 + 12 * tags.length + 4;
        ByteBuffer file = ByteBuffer.allocate(start + strip.length).order(ByteOrder.LITTLE_ENDIAN);
        file.put(new byte[] {'I', 'I', 42, 0}).putInt(8).putShort((short) tags.length);
        for (int[] tag : tags) {
            file.putShort((short) tag[0]).putShort((short) 3).putInt(1).putInt(tag[1]);
        }
        return file.putInt(0).put(strip).array();
    }

    @Test
    void decode_transparency_showsWhite() throws IOException {
        BufferedImage image = new BufferedImage(4, 4, BufferedImage.TYPE_INT_ARGB);
        image.setRGB(1, 0, 0xff102030);
        image.setRGB(2, 0, 0x80000000);
        Picture picture = decoder.decode(TestFiles.encode(image, "png"));
        assertThat(TestFiles.pixel(picture, 0, 0)).isEqualTo(0xffffff);
        assertThat(TestFiles.pixel(picture, 0, 1)).isEqualTo(0x102030);
        assertThat(TestFiles.pixel(picture, 0, 2)).isEqualTo(0x7f7f7f);
    }

    @Test
    void decode_cmykJpeg_printedColours() throws IOException {
        Picture picture = decoder.decode(Base64.getDecoder().decode(CMYK));
        assertThat(picture.width()).isEqualTo(16);
        assertNear(TestFiles.pixel(picture, 8, 3), TestFiles.RED, 60);
        assertNear(TestFiles.pixel(picture, 8, 12), 0xffffff, 10);
    }

    /** Sides at which the first stored row and column are displayed, from the table of the Exif standard. */
    @ParameterizedTest
    @CsvSource({
        "1, top, left",
        "2, top, right",
        "3, bottom, right",
        "4, bottom, left",
        "5, left, top",
        "6, right, top",
        "7, right, bottom",
        "8, left, bottom"
    })
    void decode_exifOrientation_cornersWhereTheStandardSays(int code, String firstRow, String firstColumn)
            throws IOException {
        byte[] jpeg = TestFiles.encode(TestFiles.quarters(64, 32, BufferedImage.TYPE_INT_RGB), "jpg");
        Picture picture = decoder.decode(withOrientation(jpeg, code));
        boolean turned = code >= 5;
        assertThat(picture.width()).isEqualTo(turned ? 32 : 64);
        int[][] stored = {{TestFiles.RED, TestFiles.GREEN}, {TestFiles.BLUE, TestFiles.YELLOW}};
        for (int row = 0; row < 2; row++) {
            for (int column = 0; column < 2; column++) {
                String rowSide = row == 0 ? firstRow : opposite(firstRow);
                String columnSide = column == 0 ? firstColumn : opposite(firstColumn);
                boolean bottom = rowSide.equals("bottom") || columnSide.equals("bottom");
                boolean right = rowSide.equals("right") || columnSide.equals("right");
                int y = bottom ? picture.height() - 4 : 3;
                int x = right ? picture.width() - 4 : 3;
                assertNear(TestFiles.pixel(picture, y, x), stored[row][column], 12);
            }
        }
    }

    @Test
    void decode_wrongName_contentDecides() throws IOException {
        assertThatThrownBy(() -> decoder.decode(new byte[] {'t', 'e', 'x', 't'}))
                .isInstanceOf(IOException.class);
        byte[] png = TestFiles.picture(9, "png");
        assertThat(TestFiles.pixel(decoder.decode(png), 7, 7)).isEqualTo(0x090909);
        // Damage in one picture does not affect the next.
        byte[] jpeg = TestFiles.picture(9, "jpg");
        byte[] before = decoder.decode(jpeg).rgb();
        for (int cut = 0; cut < jpeg.length - 2; cut += 7) {
            byte[] damaged = Arrays.copyOf(jpeg, cut);
            assertThatThrownBy(() -> decoder.decode(damaged))
                    .as("cut at %d", cut)
                    .isInstanceOf(IOException.class);
        }
        assertThat(decoder.decode(jpeg).rgb()).isEqualTo(before);
    }

    /** Pillow reads such files too; of both, the part above the damage has the pixels of the whole file. */
    @Test
    void decode_jpegWithADamagedMiddle_isReadAndMarked() throws IOException {
        byte[] jpeg = TestFiles.encode(noise(128, 128), "jpg");
        byte[] whole = decoder.decode(jpeg).rgb();
        assertThat(decoder.isDamaged()).isFalse();
        byte[] damaged = jpeg.clone();
        Arrays.fill(damaged, jpeg.length / 2, jpeg.length / 2 + 100, (byte) 0);
        byte[] ended = Arrays.copyOf(jpeg, jpeg.length / 2);
        ended[ended.length - 2] = (byte) 0xff;
        ended[ended.length - 1] = (byte) 0xd9;
        for (byte[] content : List.of(damaged, ended)) {
            byte[] read = decoder.decode(content).rgb();
            assertThat(Arrays.copyOf(read, 128 * 40 * 3)).isEqualTo(Arrays.copyOf(whole, 128 * 40 * 3));
            assertThat(read).isNotEqualTo(whole);
            assertThat(decoder.isDamaged()).isTrue();
        }
        decoder.decode(jpeg);
        assertThat(decoder.isDamaged()).isFalse();
    }

    private static String opposite(String side) {
        return switch (side) {
            case "top" -> "bottom";
            case "bottom" -> "top";
            case "left" -> "right";
            default -> "left";
        };
    }

    private static void assertQuarters(Picture picture, int tolerance) {
        int right = picture.width() - 2;
        int bottom = picture.height() - 2;
        assertNear(TestFiles.pixel(picture, 1, 1), TestFiles.RED, tolerance);
        assertNear(TestFiles.pixel(picture, 1, right), TestFiles.GREEN, tolerance);
        assertNear(TestFiles.pixel(picture, bottom, 1), TestFiles.BLUE, tolerance);
        assertNear(TestFiles.pixel(picture, bottom, right), TestFiles.YELLOW, tolerance);
    }

    private static void assertNear(int actual, int expected, int tolerance) {
        for (int shift = 0; shift <= 16; shift += 8) {
            int difference = Math.abs(((actual >> shift) & 0xff) - ((expected >> shift) & 0xff));
            assertThat(difference).as("%06x for %06x", actual, expected).isLessThanOrEqualTo(tolerance);
        }
    }

    /** Inserts an Exif segment with the orientation tag after the start-of-image marker. */
    private static byte[] withOrientation(byte[] jpeg, int code) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(jpeg, 0, 2);
        byte[] tiff = {
            'E',
            'x',
            'i',
            'f',
            0,
            0,
            'M',
            'M',
            0,
            42,
            0,
            0,
            0,
            8,
            0,
            1,
            1,
            0x12,
            0,
            3,
            0,
            0,
            0,
            1,
            0,
            (byte) code,
            0,
            0,
            0,
            0,
            0,
            0
        };
        out.write(new byte[] {(byte) 0xff, (byte) 0xe1, 0, (byte) (tiff.length + 2)});
        out.write(tiff);
        out.write(jpeg, 2, jpeg.length - 2);
        return out.toByteArray();
    }
}

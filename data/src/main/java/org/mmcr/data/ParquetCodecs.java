package org.mmcr.data;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import com.github.luben.zstd.util.ZstdVersion;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.compressors.lz4.BlockLZ4CompressorInputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.mmcr.data.io.NativeResource;
import org.xerial.snappy.OSInfo;
import org.xerial.snappy.Snappy;
import org.xerial.snappy.SnappyLoader;

/**
 * Codecs of Parquet pages that call the compression libraries directly; Parquet's own factory needs Hadoop. Reads
 * snappy, zstd, gzip and raw LZ4, writes uncompressed pages. LZO, Brotli and Hadoop's framed LZ4 are rare and not
 * supported.
 */
final class ParquetCodecs implements CompressionCodecFactory {
    static {
        String system = System.getProperty("os.name").startsWith("Mac") ? "darwin" : "linux";
        NativeResource.name(
                "ZstdNativePath",
                Zstd.class,
                "/" + system + "/" + System.getProperty("os.arch") + "/"
                        + System.mapLibraryName("zstd-jni-" + ZstdVersion.VERSION));
        String library = System.mapLibraryName("snappyjava");
        NativeResource.unpack(
                        Snappy.class,
                        "/org/xerial/snappy/native/" + OSInfo.getNativeLibFolderPathForCurrentOS() + "/" + library)
                .ifPresent(file -> {
                    System.getProperties()
                            .putIfAbsent(
                                    SnappyLoader.KEY_SNAPPY_LIB_PATH,
                                    file.getParent().toString());
                    System.getProperties().putIfAbsent(SnappyLoader.KEY_SNAPPY_LIB_NAME, library);
                });
    }

    @Override
    public BytesInputCompressor getCompressor(CompressionCodecName codec) {
        if (codec != CompressionCodecName.UNCOMPRESSED) {
            throw new IllegalArgumentException("expected uncompressed pages, found " + codec);
        }
        return new Uncompressed();
    }

    @Override
    public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
        return new Decompressor(codec);
    }

    @Override
    public void release() {}

    private static byte[] bytes(BytesInput page) {
        ByteBuffer content = page.toByteBuffer(HeapByteBufferAllocator.getInstance(), released -> {});
        byte[] copy = new byte[content.remaining()];
        content.get(copy);
        return copy;
    }

    private static IOException unknown(CompressionCodecName codec) {
        return new IOException(
                "its pages are compressed with " + codec + "; write it again with snappy, zstd, gzip or lz4_raw");
    }

    private record Uncompressed() implements BytesInputCompressor {
        @Override
        public BytesInput compress(BytesInput page) {
            return page;
        }

        @Override
        public CompressionCodecName getCodecName() {
            return CompressionCodecName.UNCOMPRESSED;
        }

        @Override
        public void release() {}
    }

    private record Decompressor(CompressionCodecName codec) implements BytesInputDecompressor {
        @Override
        public BytesInput decompress(BytesInput page, int size) throws IOException {
            return codec == CompressionCodecName.UNCOMPRESSED ? page : BytesInput.from(unpack(bytes(page), size));
        }

        @Override
        public void decompress(ByteBuffer page, int packedSize, ByteBuffer target, int size) throws IOException {
            byte[] packed = new byte[packedSize];
            page.get(packed);
            target.put(codec == CompressionCodecName.UNCOMPRESSED ? packed : unpack(packed, size));
        }

        private byte[] unpack(byte[] packed, int size) throws IOException {
            byte[] plain = switch (codec) {
                case SNAPPY -> Snappy.uncompress(packed);
                case ZSTD -> zstd(packed, size);
                case GZIP -> readAll(new GZIPInputStream(new ByteArrayInputStream(packed)), size);
                case LZ4_RAW -> readAll(new BlockLZ4CompressorInputStream(new ByteArrayInputStream(packed)), size);
                default -> throw unknown(codec);
            };
            if (plain.length != size) {
                throw new IOException("a page of " + size + " bytes decompresses to " + plain.length);
            }
            return plain;
        }

        private static byte[] zstd(byte[] packed, int size) throws IOException {
            try {
                return Zstd.decompress(packed, size);
            } catch (ZstdException e) {
                throw new IOException("a page is damaged: " + e.getMessage(), e);
            }
        }

        /** Reads up to one byte more than expected, to detect a page that is too long. */
        private static byte[] readAll(InputStream in, int size) throws IOException {
            try (in) {
                return in.readNBytes(size + 1);
            }
        }

        @Override
        public void release() {}
    }
}

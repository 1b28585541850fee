package org.mmcr.data;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.lz4.BlockLZ4CompressorInputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.xerial.snappy.Snappy;

/**
 * The compressions of Parquet pages. Parquet's own factory runs them through Hadoop's; this one asks the libraries themselves.
 * LZ4 in its raw form is only read; LZO, Brotli and Hadoop's framed LZ4, which hardly anybody writes, are refused.
 */
final class ParquetCodecs implements CompressionCodecFactory {
    /** Level 3 saves another hundredth of embeddings and takes a third longer. */
    private static final int ZSTD_LEVEL = 1;

    @Override
    public BytesInputCompressor getCompressor(CompressionCodecName codec) {
        return new Compressor(codec);
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

    private record Compressor(CompressionCodecName codec) implements BytesInputCompressor {
        @Override
        public BytesInput compress(BytesInput page) throws IOException {
            return switch (codec) {
                case UNCOMPRESSED -> page;
                case SNAPPY -> BytesInput.from(Snappy.compress(bytes(page)));
                case ZSTD -> BytesInput.from(Zstd.compress(bytes(page), ZSTD_LEVEL));
                case GZIP -> BytesInput.from(gzip(page));
                default -> throw unknown(codec);
            };
        }

        private static byte[] gzip(BytesInput page) throws IOException {
            ByteArrayOutputStream packed = new ByteArrayOutputStream();
            try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
                page.writeAllTo(out);
            }
            return packed.toByteArray();
        }

        @Override
        public CompressionCodecName getCodecName() {
            return codec;
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
                throw new IOException("a page of " + size + " bytes unpacks to " + plain.length);
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

        /** One byte more than promised is asked for, so that a page that is too long is noticed too. */
        private static byte[] readAll(InputStream in, int size) throws IOException {
            try (in) {
                return in.readNBytes(size + 1);
            }
        }

        @Override
        public void release() {}
    }
}

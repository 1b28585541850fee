package org.mmcr.analysis.embed;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import org.mmcr.data.io.NpyFiles;

/** A {@code .npy} file of float32 (N, D): a header, then the rows as they are in memory. */
record NpyFormat(int rows, int dimension) implements RowFormat {
    private static final int READ_BYTES = 1 << 18;

    private byte[] header() {
        return NpyFiles.floatHeader(rows, dimension);
    }

    @Override
    public void begin(WritableByteChannel out) throws IOException {
        out.write(ByteBuffer.wrap(header()));
    }

    @Override
    public void write(int first, ByteBuffer values, WritableByteChannel out) throws IOException {
        while (values.hasRemaining()) {
            out.write(values);
        }
    }

    /** Passes the rows {@code from} to {@code end}, exclusive, of a file on in order, a few at a time. */
    void forEach(Path file, int from, int end, RowSink sink) throws IOException {
        int row = dimension * Float.BYTES;
        int step = Math.max(1, READ_BYTES / row);
        ByteBuffer values = ByteBuffer.allocateDirect(step * row).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel channel = FileChannel.open(file)) {
            channel.position(header().length + (long) from * row);
            for (int first = from; first < end; first += step) {
                values.clear().limit(Math.min(step, end - first) * row);
                while (values.hasRemaining()) {
                    if (channel.read(values) < 0) {
                        throw new IOException(file + " ends early");
                    }
                }
                sink.write(first, values.flip());
            }
        }
    }
}

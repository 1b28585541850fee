package org.mmcr.data;

import java.nio.ByteBuffer;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.MappedBytes;
import org.mmcr.data.io.NpyFiles;
import org.mmcr.data.io.NpyHeader;

/** The rows of an (N, D) NumPy array of floats or integers, read where they lie and rounded to float32. */
final class NpyRows implements NumberRows {
    private final MappedBytes content;
    private final NpyHeader header;
    private final int columns;

    private NpyRows(MappedBytes content, NpyHeader header) {
        this.content = content;
        this.header = header;
        columns = Math.toIntExact(header.shape().get(1));
    }

    /** {@code name} is for messages. */
    static NpyRows of(String name, MappedBytes content, NpyHeader header) {
        boolean table = header.shape().size() == 2 && (header.isFloat() || header.isInteger());
        if (!table || header.shape().stream().anyMatch(axis -> axis > Integer.MAX_VALUE / Double.BYTES)) {
            throw new MmcrException("expected a table of numbers (N, D) in " + name + ", found " + header.describe()
                    + "; bring it to that shape with numpy.reshape (uint8 pictures are (N, H, W, 3))");
        }
        return new NpyRows(content, header);
    }

    @Override
    public int size() {
        return Math.toIntExact(header.shape().get(0));
    }

    @Override
    public int columns() {
        return columns;
    }

    @Override
    public void read(int index, float[] target) {
        ByteBuffer items = items((long) index * columns, columns);
        for (int c = 0; c < columns; c++) {
            target[c] = (float) NpyFiles.number(items, header);
        }
    }

    @Override
    public float value(int index, int column) {
        return (float) NpyFiles.number(items((long) index * columns + column, 1), header);
    }

    private ByteBuffer items(long first, int count) {
        return ByteBuffer.wrap(content.read(header.offset() + first * header.itemSize(), count * header.itemSize()))
                .order(header.order());
    }
}

package org.mmcr.data.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Converts column-major NumPy content (Fortran order, as {@code DataFrame.values} saves it) to C order, in a temporary
 * file. Blocks of rows are gathered from runs of each column, so that the content is read once.
 */
final class ColumnMajor {
    /** Bytes of a block. */
    private static final int BLOCK = 1 << 24;

    private final MappedBytes content;
    private final NpyHeader header;
    private final long rows;
    /** Items of a row. */
    private final long width;

    private ColumnMajor(MappedBytes content, NpyHeader header) {
        this.content = content;
        this.header = header;
        rows = header.shape().get(0);
        width = header.shape().stream().skip(1).reduce(1L, Math::multiplyExact);
    }

    /** Returns the content of a {@code .npy} file in C order; the same content if it is in C order. */
    static MappedBytes toRows(Path file, MappedBytes content) {
        NpyHeader header = NpyHeader.read(file, content);
        if (!header.columnMajor()) {
            return content;
        }
        try (TemporaryFile scratch = new TemporaryFile(Optional.empty())) {
            new ColumnMajor(content, header).write(scratch);
            return scratch.seal();
        } catch (IOException e) {
            throw FileFailure.exception(
                    "to convert the column-major array of " + file + " in a temporary file",
                    e,
                    "make room there, or save numpy.ascontiguousarray(x)");
        }
    }

    private void write(TemporaryFile scratch) {
        String order = header.order() == ByteOrder.BIG_ENDIAN ? ">" : "<";
        // NumPy counts the characters of a text of kind U, which have four bytes each.
        String descr = order + header.kind() + header.itemSize() / (header.kind() == 'U' ? Integer.BYTES : 1);
        scratch.append(ByteBuffer.wrap(NpyHeader.encode(descr, header.shape())));
        long rowBytes = width * header.itemSize();
        int most = (int) Math.max(1, Math.min(rows, BLOCK / Math.max(1, rowBytes)));
        byte[] block = new byte[Math.toIntExact(most * rowBytes)];
        for (long first = 0; first < rows; first += most) {
            int count = (int) Math.min(most, rows - first);
            gather(first, count, block);
            scratch.append(ByteBuffer.wrap(block, 0, Math.toIntExact(count * rowBytes)));
        }
    }

    private void gather(long first, int count, byte[] block) {
        int size = header.itemSize();
        byte[] run = new byte[count * size];
        for (int item = 0; item < width; item++) {
            content.read(header.offset() + (column(item) * rows + first) * size, run);
            for (int r = 0; r < count; r++) {
                System.arraycopy(run, r * size, block, (int) (r * width + item) * size, size);
            }
        }
    }

    /** Returns the position in column-major order of an item of a row, given its position in C order. */
    private long column(long item) {
        List<Long> shape = header.shape();
        long position = 0;
        long rest = item;
        for (int axis = shape.size() - 1; axis > 0; axis--) {
            long index = rest % shape.get(axis);
            rest /= shape.get(axis);
            position = position + index * stride(axis);
        }
        return position;
    }

    /** Returns the number of items of the axes between the first and {@code axis}. */
    private long stride(int axis) {
        return header.shape().subList(1, axis).stream().reduce(1L, Math::multiplyExact);
    }
}

package org.mmcr.analysis.embed;

import com.fasterxml.jackson.core.io.NumberOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.mmcr.data.DataSource;
import org.mmcr.data.LabelFile;

/**
 * CSV with the columns {@code path}, {@code label}, {@code e0}, {@code e1} and so on. A number is the shortest decimal
 * text that parses to the same float32. The rows of a block are formatted on all cores.
 */
final class CsvFormat implements RowFormat {
    /** Bytes of features that one task formats. */
    private static final int PART_BYTES = 1 << 17;

    private final DataSource source;
    private final int dimension;
    private final int partRows;

    CsvFormat(DataSource source, int dimension) {
        this.source = source;
        this.dimension = dimension;
        partRows = Math.max(1, PART_BYTES / (dimension * Float.BYTES));
    }

    @Override
    public void begin(WritableByteChannel out) throws IOException {
        String columns = IntStream.range(0, dimension)
                .mapToObj(i -> ",e" + i)
                .collect(Collectors.joining("", LabelFile.HEADER, "\n"));
        out.write(ByteBuffer.wrap(columns.getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public void write(int first, ByteBuffer rows, WritableByteChannel out) throws IOException {
        int row = dimension * Float.BYTES;
        int count = rows.remaining() / row;
        List<byte[]> parts = IntStream.range(0, (count + partRows - 1) / partRows)
                .parallel()
                .map(part -> part * partRows)
                .mapToObj(from -> text(
                        first + from,
                        rows.slice(rows.position() + from * row, Math.min(partRows, count - from) * row)
                                .order(ByteOrder.LITTLE_ENDIAN)))
                .toList();
        for (byte[] part : parts) {
            ByteBuffer text = ByteBuffer.wrap(part);
            while (text.hasRemaining()) {
                out.write(text);
            }
        }
    }

    /** Returns {@code rows}, the first of which belongs to sample {@code first}, as lines. */
    private byte[] text(int first, ByteBuffer rows) {
        var text = new StringBuilder(4 * rows.remaining());
        for (int row = first; rows.hasRemaining(); row++) {
            text.append(LabelCsv.line(source, row));
            for (int i = 0; i < dimension; i++) {
                text.append(',').append(NumberOutput.toString(rows.getFloat(), true)); // Float.toString is slower
            }
            text.append('\n');
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}

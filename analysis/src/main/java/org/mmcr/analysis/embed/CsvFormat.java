package org.mmcr.analysis.embed;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.mmcr.data.DataSource;
import org.mmcr.data.LabelFile;

/**
 * CSV with the columns {@code path}, {@code label}, {@code e0}, {@code e1} and so on; {@link FloatText} formats the
 * numbers. The rows of a block are formatted on all cores.
 */
final class CsvFormat implements RowFormat {
    private static final int PART_BYTES = 1 << 17;

    private final DataSource source;
    private final int dimension;
    private final int partRows;
    /** Buffers for the parts of a block, reused by the next block. */
    private final List<Part> parts = new ArrayList<>();

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
        int used = (count + partRows - 1) / partRows;
        while (parts.size() < used) {
            parts.add(new Part());
        }
        IntStream.range(0, used).parallel().forEach(i -> {
            int from = i * partRows;
            int length = Math.min(partRows, count - from) * row;
            parts.get(i)
                    .fill(
                            first + from,
                            rows.slice(rows.position() + from * row, length).order(ByteOrder.LITTLE_ENDIAN));
        });
        for (Part part : parts.subList(0, used)) {
            while (part.text.hasRemaining()) {
                out.write(part.text);
            }
        }
    }

    /** Adjacent rows as text. */
    private final class Part {
        private final int longest = dimension * (1 + FloatText.LONGEST) + 1;
        /** One row at a time, so that it stays in the processor's cache. */
        private final byte[] line = new byte[longest];

        private ByteBuffer text = ByteBuffer.allocateDirect(partRows * longest);

        void fill(int first, ByteBuffer rows) {
            text.clear();
            for (int row = first; rows.hasRemaining(); row++) {
                append(LabelCsv.line(source, row).getBytes(StandardCharsets.UTF_8));
                int at = 0;
                for (int i = 0; i < dimension; i++) {
                    line[at] = ',';
                    at = FloatText.write(rows.getFloat(), line, at + 1);
                }
                line[at++] = '\n';
                text.put(line, 0, at);
            }
            text.flip();
        }

        /** Grows the buffer for a name of any length and keeps room for the numbers after it. */
        private void append(byte[] name) {
            if (text.remaining() < name.length + longest) {
                ByteBuffer larger = ByteBuffer.allocateDirect(2 * text.capacity() + name.length + longest);
                text = larger.put(text.flip());
            }
            text.put(name);
        }
    }
}

package org.mmcr.embed;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.mmcr.data.DataSource;

/**
 * Columns {@code path}, {@code label}, {@code e0}, {@code e1} and so on; numbers as {@link FloatText} writes them. The rows of a
 * block become text on all cores.
 */
record CsvFormat(DataSource source, int dimension) implements RowFormat {
    private static final int PART_BYTES = 1 << 17;

    @Override
    public void begin(WritableByteChannel out) throws IOException {
        String columns = IntStream.range(0, dimension)
                .mapToObj(i -> ",e" + i)
                .collect(Collectors.joining("", "path,label", "\n"));
        out.write(ByteBuffer.wrap(columns.getBytes(StandardCharsets.UTF_8)));
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Text(byte[] bytes, int length) {}

    @Override
    public void write(int first, ByteBuffer rows, WritableByteChannel out) throws IOException {
        int row = dimension * Float.BYTES;
        int count = rows.remaining() / row;
        int step = Math.max(1, PART_BYTES / row);
        List<Text> parts = IntStream.range(0, (count + step - 1) / step)
                .parallel()
                .mapToObj(part -> text(
                        first + part * step,
                        rows.slice(rows.position() + part * step * row, Math.min(step, count - part * step) * row)
                                .order(ByteOrder.LITTLE_ENDIAN)))
                .toList();
        for (Text part : parts) {
            ByteBuffer bytes = ByteBuffer.wrap(part.bytes(), 0, part.length());
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
        }
    }

    private Text text(int first, ByteBuffer rows) {
        int numbers = dimension * (1 + FloatText.LONGEST) + 1;
        int count = rows.remaining() / (dimension * Float.BYTES);
        byte[][] names = IntStream.range(first, first + count)
                .mapToObj(row -> Names.line(source, row).getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new);
        byte[] text = new byte
                [count * numbers
                        + Arrays.stream(names).mapToInt(name -> name.length).sum()];
        int at = 0;
        for (byte[] name : names) {
            System.arraycopy(name, 0, text, at, name.length);
            at += name.length;
            for (int i = 0; i < dimension; i++) {
                text[at] = ',';
                at = FloatText.write(rows.getFloat(), text, at + 1);
            }
            text[at++] = '\n';
        }
        return new Text(text, at);
    }
}

package org.mmcr.embed;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.mmcr.data.DataSource;

/** Columns {@code path}, {@code label}, {@code e0}, {@code e1} and so on; numbers as {@link FloatText} writes them. */
final class CsvRows implements RowFile {
    private static final int FLUSH_BYTES = 1 << 16;

    private final DataSource source;
    private final int dimension;
    private final OutputStream out;
    private byte[] text = new byte[2 * FLUSH_BYTES];
    private int length;

    CsvRows(Path file, DataSource source, int dimension) throws IOException {
        this.source = source;
        this.dimension = dimension;
        out = Files.newOutputStream(file);
        StringBuilder line = new StringBuilder("path,label");
        for (int i = 0; i < dimension; i++) {
            line.append(",e").append(i);
        }
        append(line.append('\n').toString());
    }

    @Override
    public void write(int first, ByteBuffer rows) throws IOException {
        for (int row = first; rows.hasRemaining(); row++) {
            append(Names.line(source, row));
            reserve(dimension * (1 + FloatText.LONGEST) + 1);
            for (int i = 0; i < dimension; i++) {
                text[length] = ',';
                length = FloatText.write(rows.getFloat(), text, length + 1);
            }
            text[length++] = '\n';
            if (length > FLUSH_BYTES) {
                flush();
            }
        }
    }

    private void append(String part) {
        byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
        reserve(bytes.length);
        System.arraycopy(bytes, 0, text, length, bytes.length);
        length += bytes.length;
    }

    private void reserve(int bytes) {
        if (text.length - length < bytes) {
            text = Arrays.copyOf(text, Math.max(2 * text.length, length + bytes));
        }
    }

    private void flush() throws IOException {
        out.write(text, 0, length);
        length = 0;
    }

    @Override
    public void close() throws IOException {
        try (out) {
            flush();
        }
    }
}

package org.mmcr.analysis.embed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.data.DataSource;
import org.mmcr.data.DataSources;

/** Rows so wide that few of them fit into one read of a {@code .npy} file (5) and one part of a CSV file (2). */
class RowFormatsTest {
    private static final int ROWS = 11;
    private static final int DIMENSION = 12_000;

    @TempDir
    private Path folder;

    private final float[] numbers = new float[ROWS * DIMENSION];

    RowFormatsTest() {
        Random random = new Random(1);
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = random.nextFloat();
        }
    }

    private ByteBuffer bytes(int first, int end) {
        ByteBuffer bytes =
                ByteBuffer.allocate((end - first) * DIMENSION * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(numbers, first * DIMENSION, (end - first) * DIMENSION);
        return bytes;
    }

    @Test
    void npy_rowsOfSeveralReads_arePassedOnInOrder() throws IOException {
        NpyFormat format = new NpyFormat(ROWS, DIMENSION);
        Path file = folder.resolve("x.npy");
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            format.begin(out);
            format.write(0, bytes(0, ROWS), out);
        }
        List<Integer> firsts = new ArrayList<>();
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        format.forEach(file, 1, ROWS - 1, (first, rows) -> {
            firsts.add(first);
            byte[] part = new byte[rows.remaining()];
            rows.get(part);
            read.writeBytes(part);
        });
        assertThat(firsts).containsExactly(1, 6);
        assertThat(read.toByteArray()).isEqualTo(bytes(1, ROWS - 1).array());
    }

    @Test
    void csv_rowsOfSeveralParts_areLinesInOrder() throws IOException {
        float[][] table = new float[ROWS][1];
        List<String> labels = List.of("a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (DataSource source = DataSources.vectors("t", List.of(), table, labels)) {
            CsvFormat format = new CsvFormat(source, DIMENSION);
            format.begin(Channels.newChannel(out));
            format.write(0, bytes(0, 4), Channels.newChannel(out));
            format.write(4, bytes(4, ROWS), Channels.newChannel(out));
        }
        List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
        assertThat(lines).hasSize(1 + ROWS);
        for (int row = 0; row < ROWS; row++) {
            String[] cells = lines.get(1 + row).split(",", -1);
            assertThat(cells[1]).isEqualTo(labels.get(row));
            float[] values = new float[DIMENSION];
            for (int i = 0; i < DIMENSION; i++) {
                values[i] = Float.parseFloat(cells[cells.length - DIMENSION + i]);
            }
            assertThat(values).isEqualTo(Arrays.copyOfRange(numbers, row * DIMENSION, (row + 1) * DIMENSION));
        }
    }
}

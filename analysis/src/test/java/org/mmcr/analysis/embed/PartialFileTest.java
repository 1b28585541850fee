package org.mmcr.analysis.embed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartialFileTest {
    private static final int ROWS = 10;
    private static final int DIMENSION = 2;
    private static final int BATCH = 4;

    @TempDir
    private Path folder;

    private static PartialFile open(Path target, String encoder, int batch) throws IOException {
        Provenance provenance = new Provenance(encoder, List.of("data"), ROWS, DIMENSION, List.of("view"), "fp32", "1");
        return PartialFile.open(target, provenance, new NpyFormat(ROWS, DIMENSION), batch);
    }

    private static ByteBuffer rows(int count) {
        return ByteBuffer.allocate(count * DIMENSION * Float.BYTES);
    }

    @Test
    void written_isThatOfWholeBatchesOrAllRows() throws IOException {
        Path target = folder.resolve("x.npy");
        try (PartialFile file = open(target, "e", BATCH)) {
            file.write(0, rows(2));
            assertThat(file.written()).isZero();
            file.write(2, rows(2));
            assertThat(file.written()).isEqualTo(4);
            file.write(4, rows(3));
            assertThat(file.written()).isEqualTo(4);
        }
        try (PartialFile file = open(target, "e", BATCH)) {
            assertThat(file.written()).isEqualTo(4);
            file.write(4, rows(6));
            assertThat(file.written()).isEqualTo(ROWS);
        }
        try (PartialFile file = open(target, "e", BATCH)) {
            assertThat(file.written()).isEqualTo(ROWS);
        }
    }

    @Test
    void open_afterOtherBatches_startsAgain() throws IOException {
        Path target = folder.resolve("x.npy");
        try (PartialFile file = open(target, "e", BATCH)) {
            file.write(0, rows(4));
        }
        try (PartialFile file = open(target, "e", 3)) {
            assertThat(file.written()).isZero();
        }
    }

    /** A pass is killed that began beside the rows of another encoder. That encoder must not resume from its rows. */
    @Test
    void open_afterOtherRows_replacesTheirRecordFirst() throws IOException {
        Path target = folder.resolve("x.npy");
        Path killed = Files.createDirectory(folder.resolve("killed")).resolve("x.npy");
        try (PartialFile first = open(target, "first", BATCH)) {
            first.write(0, rows(8));
        }
        try (PartialFile second = open(target, "second", BATCH)) {
            second.write(0, rows(8));
            for (String name : List.of(".x.npy.rows", ".x.npy.rows.json")) {
                Files.copy(folder.resolve(name), killed.resolveSibling(name));
            }
        }
        try (PartialFile third = open(killed, "first", BATCH)) {
            assertThat(third.written()).isZero();
        }
    }
}

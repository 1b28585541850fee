package org.mmcr.analysis.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mmcr.core.MmcrException;
import org.mmcr.data.DataSource;
import org.mmcr.data.TestPictures;
import org.mmcr.data.io.Json;
import org.mmcr.train.evaluate.FeatureExtractor;
import org.mmcr.train.evaluate.ProgressListener;

/** The files beside an export: the record of its rows, the rows that are passed on, names; and files in their place. */
class EmbeddingFilesTest {
    /** Not a multiple of the batch. */
    private static final int ROWS = 42;

    private static final int BATCH = 8;
    private static final DataSource SOURCE = TestPictures.ofNoise(ROWS, 8, 8).withClasses(List.of("a", "b"));

    @TempDir
    private Path folder;

    private static EmbeddingExport export(Path out) {
        return new EmbeddingExport(
                out, SOURCE, new Provenance("e", List.of(SOURCE.fingerprint()), ROWS, 3, List.of("v"), "fp32", "1"));
    }

    private static int run(EmbeddingExport export, ProgressListener progress) {
        FeatureCacheTest.Means model = new FeatureCacheTest.Means(new AtomicInteger());
        return export.run(new FeatureExtractor(model, BATCH, 1), progress);
    }

    /** Returns the file of an undisturbed pass. */
    private Path whole(String name) {
        Path whole = folder.resolve("whole/" + name);
        run(export(whole), ProgressListener.NONE);
        return whole;
    }

    @ParameterizedTest
    @ValueSource(strings = {"x.npy", "x.parquet", "x.csv"})
    void copy_ofFeatures_writesTheSameBytes(String name) {
        Path expected = whole(name);
        Path features = whole("features.npy");
        Path out = folder.resolve(name);
        List<Integer> done = new ArrayList<>();
        export(out).copy(features, done::add);
        assertThat(out).hasSameBinaryContentAs(expected);
        assertThat(done).containsExactly(ROWS);
    }

    @ParameterizedTest
    @CsvSource({"x.npy, 1", "x.parquet, 1", "x.csv, 0"})
    void run_keeping_passesAllRowsOn(String name, int times) throws IOException {
        byte[] rows = Files.readAllBytes(whole("features.npy"));
        List<byte[]> kept = new ArrayList<>();
        run(export(folder.resolve(name)).keeping(file -> kept.add(bytes(file))), ProgressListener.NONE);
        assertThat(kept).hasSize(times).allSatisfy(found -> assertThat(found).isEqualTo(rows));
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A pass that is killed resumes from what is recorded by then. */
    @ParameterizedTest
    @ValueSource(strings = {"x.npy", "x.parquet", "x.csv"})
    void run_whileItGoesOn_recordsItsRows(String name) {
        Path state = folder.resolve("." + name + ".rows.json");
        int[] recorded = {0};
        run(export(folder.resolve(name)), done -> {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (done == 2 * BATCH && recorded[0] < done && System.nanoTime() < end) {
                sleep(20);
                recorded[0] = recorded(state);
            }
        });
        assertThat(recorded[0]).isEqualTo(2 * BATCH);
    }

    private static int recorded(Path state) {
        try {
            return Json.tree(state, "done").path("done").asInt();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A folder comes into the place of the record. */
    @ParameterizedTest
    @ValueSource(strings = {"x.npy", "x.parquet"})
    void run_recordThatCannotBeWritten_stopsBeforeItsEnd(String name) throws IOException {
        Path out = folder.resolve(name);
        Path obstacle = folder.resolve("obstacle");
        Files.createDirectories(obstacle.resolve("inside"));
        List<Integer> finished = new ArrayList<>();
        assertThatThrownBy(() -> run(export(out), done -> {
                    if (finished.isEmpty()) {
                        move(obstacle, folder.resolve(".." + name + ".rows.json.part"));
                    }
                    finished.add(done);
                    sleep(300);
                }))
                .isInstanceOf(MmcrException.class)
                .hasMessageStartingWith("expected to write " + out);
        assertThat(finished).isNotEmpty().doesNotContain(ROWS);
        assertThat(out).doesNotExist();
    }

    /** Moves a folder to where a file of a running pass may be for a moment. */
    private static void move(Path from, Path to) {
        for (int attempt = 0; attempt < 100; attempt++) {
            try {
                Files.move(from, to);
                return;
            } catch (IOException e) {
                sleep(10);
            }
        }
        throw new IllegalStateException(from + " could not be moved to " + to);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x.npy", "x.parquet", "x.csv"})
    void run_whereAFolderIs_failsAndKeepsAllRows(String name) throws IOException {
        Path out = folder.resolve(name);
        Files.createDirectories(out.resolve("inside"));
        assertThat(EmbeddingExport.isInterrupted(out)).isFalse();
        assertThatThrownBy(() -> run(export(out), ProgressListener.NONE))
                .isInstanceOf(MmcrException.class)
                .hasMessageStartingWith("expected to write " + out);
        assertThat(EmbeddingExport.isInterrupted(out)).isTrue();
        Files.delete(out.resolve("inside"));
        Files.delete(out);
        assertThat(run(export(out), ProgressListener.NONE)).isEqualTo(ROWS);
        assertThat(out).hasSameBinaryContentAs(whole(name));
        assertThat(EmbeddingExport.isInterrupted(out)).isFalse();
    }

    /** The rows go to a device that is always full. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void run_onAFullDisk_saysSo() throws IOException {
        Path out = folder.resolve("x.npy");
        Files.createSymbolicLink(folder.resolve(".x.npy.rows"), Path.of("/dev/full"));
        assertThatThrownBy(() -> run(export(out), ProgressListener.NONE))
                .isInstanceOf(MmcrException.class)
                .hasMessage("expected to write " + out + ", found that no space is left; make room there");
        assertThat(out).doesNotExist();
    }

    @Test
    void isNamesFile_itsOwnFileOnly() throws IOException {
        assertThat(EmbeddingExport.isNamesFile(EmbeddingExport.writeNames(SOURCE, folder.resolve("x.npy"))))
                .isTrue();
        assertThat(EmbeddingExport.isNamesFile(Files.writeString(folder.resolve("y.csv"), "path,score\n")))
                .isFalse();
        assertThat(EmbeddingExport.isNamesFile(Files.write(folder.resolve("z.csv"), new byte[] {-1, -2})))
                .isFalse();
        assertThat(EmbeddingExport.isNamesFile(folder.resolve("nothing.csv"))).isFalse();
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}

package org.mmcr.analysis.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mmcr.core.MmcrException;
import org.mmcr.data.DataSource;
import org.mmcr.data.TestPictures;
import org.mmcr.data.io.ExclusiveLock;
import org.mmcr.data.io.NpyFiles;
import org.mmcr.data.views.EvaluationView;
import org.mmcr.data.views.Interpolation;
import org.mmcr.data.views.PictureEvaluationView;
import org.mmcr.train.encoder.Precision;
import org.mmcr.train.evaluate.FeatureExtractor;
import org.mmcr.train.evaluate.FeatureModel;
import org.mmcr.train.evaluate.FeatureSet;
import org.mmcr.train.evaluate.ProgressListener;

class FeatureCacheTest {
    private static final PictureEvaluationView VIEW =
            new PictureEvaluationView(8, 8, Interpolation.BILINEAR, List.of(0.0, 0.0, 0.0), List.of(1.0, 1.0, 1.0));

    /** Lock of the features of encoder {@code e} and the ten pictures {@code one}. */
    private static final String LOCK = ".features-one-10-e.npy.lock";

    @TempDir
    private Path folder;

    /** The means of the channels; counts its calls. */
    record Means(AtomicInteger calls) implements FeatureModel {
        @Override
        public EvaluationView view() {
            return VIEW;
        }

        @Override
        public int width() {
            return 3;
        }

        @Override
        public Precision precision() {
            return Precision.FP32;
        }

        @Override
        public Tensor apply(Tensor x) {
            calls.incrementAndGet();
            return x.mean(2, 3);
        }
    }

    private static DataSource pictures(String fingerprint) {
        return TestPictures.ofNoise(10, 8, 8).withFingerprint(fingerprint).withClasses(List.of("a", "b"));
    }

    private FeatureSet read(FeatureCache cache, String encoder, FeatureModel model, DataSource data) {
        return cache.read(encoder, model, data, 1, ProgressListener.NONE);
    }

    @Test
    void read_secondTime_computesNothingAndIsTheSame() {
        FeatureCache cache = new FeatureCache(folder, FeatureCache.USUAL_BYTES);
        Means model = new Means(new AtomicInteger());
        DataSource data = pictures("one");
        assertThat(cache.holds("e", data)).isFalse();
        try (FeatureSet computed = read(cache, "e", model, data);
                FeatureSet expected = new FeatureExtractor(model, 4, 1).extract(data, ProgressListener.NONE)) {
            int calls = model.calls().get();
            assertThat(cache.holds("e", data)).isTrue();
            try (FeatureSet again = read(cache, "e", model, data)) {
                assertThat(model.calls()).hasValue(calls);
                assertThat(again.features().equal(computed.features())).isTrue();
                assertThat(again.features().equal(expected.features())).isTrue();
                assertThat(again.labels()).isEqualTo(expected.labels());
            }
            read(cache, "other", model, data).close();
            assertThat(model.calls()).hasValueGreaterThan(calls);
            assertThat(cache.holds("e", pictures("two"))).isFalse();
        }
    }

    @Test
    void read_moreRowsThanABlock_isTheSame() {
        DataSource data =
                TestPictures.ofNoise(600, 8, 8).withFingerprint("many").withClasses(List.of("a", "b"));
        Means model = new Means(new AtomicInteger());
        FeatureCache cache = new FeatureCache(folder, FeatureCache.USUAL_BYTES);
        try (FeatureSet found = read(cache, "e", model, data);
                FeatureSet expected = new FeatureExtractor(model, 256, 1).extract(data, ProgressListener.NONE)) {
            assertThat(cache.holds("e", data)).isTrue();
            assertThat(found.features().equal(expected.features())).isTrue();
        }
    }

    @Test
    void read_largerThanTheBound_computesWithoutKeeping() {
        Means model = new Means(new AtomicInteger());
        DataSource data = pictures("one");
        // 10 rows of 3 floats have 120 bytes.
        FeatureCache small = new FeatureCache(folder, 119);
        try (FeatureSet found = read(small, "e", model, data);
                FeatureSet expected = new FeatureExtractor(model, 4, 1).extract(data, ProgressListener.NONE)) {
            assertThat(folder).isEmptyDirectory();
            assertThat(found.features().equal(expected.features())).isTrue();
            assertThat(found.labels()).isEqualTo(expected.labels());
        }
        read(new FeatureCache(folder, 120), "e", model, data).close();
        int calls = model.calls().get();
        read(small, "e", model, data).close();
        assertThat(model.calls()).hasValue(calls);
    }

    @Test
    void file_twoAtATime_computesOnce() throws Exception {
        FeatureCache cache = new FeatureCache(folder, FeatureCache.USUAL_BYTES);
        Means model = new Means(new AtomicInteger());
        ExecutorService both = Executors.newFixedThreadPool(2);
        List<Future<Path>> files = both.invokeAll(List.of(
                () -> cache.file("e", model, pictures("one"), 1, ProgressListener.NONE),
                () -> cache.file("e", model, pictures("one"), 1, ProgressListener.NONE)));
        assertThat(files.get(0).get()).isEqualTo(files.get(1).get());
        assertThat(model.calls()).hasValue(1);
        both.shutdown();
        try (var left = Files.list(folder)) {
            assertThat(left).hasSize(1);
        }
    }

    @Test
    void file_beyondTheBound_deletesWhatWasNotUsedForLongest() throws IOException {
        Means model = new Means(new AtomicInteger());
        // A file has a header of 128 bytes and 10 rows of 3 floats: two fit.
        FeatureCache cache = new FeatureCache(folder, 2 * 248);
        Path first = cache.file("first", model, pictures("one"), 1, ProgressListener.NONE);
        assertThat(Files.size(first)).isEqualTo(248);
        Path second = cache.file("second", model, pictures("one"), 1, ProgressListener.NONE);
        Files.setLastModifiedTime(first, FileTime.from(Instant.now().minusSeconds(50)));
        Files.setLastModifiedTime(second, FileTime.from(Instant.now().minusSeconds(40)));
        cache.file("first", model, pictures("one"), 1, ProgressListener.NONE);
        Path own = Files.writeString(folder.resolve("notes.txt"), "not of the cache");
        Path third = cache.file("third", model, pictures("one"), 1, ProgressListener.NONE);
        assertThat(second).doesNotExist();
        assertThat(first).exists();
        assertThat(third).exists();
        assertThat(own).exists();
        FeatureCache tiny = new FeatureCache(folder, 1);
        assertThat(tiny.file("fourth", model, pictures("one"), 1, ProgressListener.NONE))
                .exists();
        assertThat(third).doesNotExist();
    }

    /** A folder is listed in no order; here its first file was used last. */
    @Test
    void file_beyondTheBound_deletesByTimeInAnyOrderOfTheFolder() throws IOException {
        Means model = new Means(new AtomicInteger());
        FeatureCache cache = new FeatureCache(folder, 3 * 248);
        for (String encoder : List.of("first", "second", "third")) {
            cache.file(encoder, model, pictures("one"), 1, ProgressListener.NONE);
        }
        List<Path> listed;
        try (var files = Files.list(folder)) {
            listed = files.toList();
        }
        for (int i = 0; i < 3; i++) {
            Files.setLastModifiedTime(listed.get(i), FileTime.from(Instant.now().minusSeconds(10 * (i + 1L))));
        }
        cache.file("fourth", model, pictures("one"), 1, ProgressListener.NONE);
        assertThat(listed.get(0)).exists();
        assertThat(listed.get(1)).exists();
        assertThat(listed.get(2)).doesNotExist();
    }

    @Test
    void file_interruptedWhileAnotherComputesIt_isCancelled() throws IOException {
        FeatureCache cache = new FeatureCache(folder, FeatureCache.USUAL_BYTES);
        Means model = new Means(new AtomicInteger());
        try (ExclusiveLock other =
                ExclusiveLock.tryAcquire(folder.resolve(LOCK)).orElseThrow()) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> cache.file("e", model, pictures("one"), 1, ProgressListener.NONE))
                    .isInstanceOf(CancellationException.class);
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(model.calls()).hasValue(0);
    }

    /** Writes features of ten samples, 248 bytes. */
    private Path features(String name, float value) {
        float[] values = new float[30];
        Arrays.fill(values, value);
        Path file = folder.resolve(name);
        NpyFiles.write(file, new NpyFiles.FloatArray(List.of(10L, 3L), values));
        return file;
    }

    @Test
    void keep_features_areUsedLaterAndNotReplaced() throws IOException {
        FeatureCache cache = new FeatureCache(folder.resolve("cache"), 248);
        Means model = new Means(new AtomicInteger());
        Path features = features("x.npy", 0.5f);
        cache.keep("e", pictures("one"), features);
        Path kept = cache.file("e", model, pictures("one"), 1, ProgressListener.NONE);
        assertThat(kept).hasSameBinaryContentAs(features);
        assertThat(model.calls()).hasValue(0);
        FileTime old = FileTime.from(Instant.now().minusSeconds(50));
        Files.setLastModifiedTime(kept, old);
        cache.keep("e", pictures("one"), features("y.npy", 0.25f));
        assertThat(kept).hasSameBinaryContentAs(features);
        assertThat(Files.getLastModifiedTime(kept).toInstant()).isAfter(old.toInstant());
        cache.keep("other", pictures("one"), features);
        assertThat(cache.holds("other", pictures("one"))).isTrue();
        assertThat(kept).doesNotExist();
        assertThat(folder.resolve("cache")).isDirectoryNotContaining("glob:**.lock");
    }

    @Test
    void keep_largerThanTheBoundOrComputedByAnother_keepsNothing() throws IOException {
        Path features = features("x.npy", 0.5f);
        Path cache = folder.resolve("cache");
        new FeatureCache(cache, 247).keep("e", pictures("one"), features);
        assertThat(cache).isEmptyDirectory();
        try (ExclusiveLock other = ExclusiveLock.tryAcquire(cache.resolve(LOCK)).orElseThrow()) {
            FeatureCache large = new FeatureCache(cache, FeatureCache.USUAL_BYTES);
            large.keep("e", pictures("one"), features);
            assertThat(large.holds("e", pictures("one"))).isFalse();
        }
    }

    @Test
    void isWritable_newFolder_isTrue() {
        assertThat(new FeatureCache(folder.resolve("new/cache"), 100).isWritable())
                .isTrue();
    }

    @Test
    void file_afterAKill_removesWhatWasLeftAndNothingElse() throws IOException {
        FeatureCache cache = new FeatureCache(folder, FeatureCache.USUAL_BYTES);
        Path killed = Files.writeString(folder.resolve(".features-killed.npy.part"), "half");
        Path lock = Files.createFile(folder.resolve(".features-killed.npy.lock"));
        Path written = Files.writeString(folder.resolve(".features-written.npy.part"), "half");
        Path other = Files.createFile(folder.resolve(".notes.part"));
        try (ExclusiveLock running = ExclusiveLock.tryAcquire(folder.resolve(".features-written.npy.lock"))
                .orElseThrow()) {
            cache.file("e", new Means(new AtomicInteger()), pictures("one"), 1, ProgressListener.NONE);
            assertThat(killed).doesNotExist();
            assertThat(lock).doesNotExist();
            assertThat(written).exists();
            assertThat(folder.resolve(".features-written.npy.lock")).exists();
            assertThat(other).exists();
        }
    }

    @Test
    void file_folderThatIsAFile_isOneLine() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "x");
        FeatureCache cache = new FeatureCache(file.resolve("cache"), 100);
        assertThat(cache.isWritable()).isFalse();
        assertThatThrownBy(() ->
                        cache.file("e", new Means(new AtomicInteger()), pictures("one"), 1, ProgressListener.NONE))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("MMCR_CACHE");
    }

    @ParameterizedTest
    @CsvSource({
        "/c, /x, /home/user, /c",
        "'', /x, /home/user, /x/mmcr",
        "'', '', /home/user, /home/user/.cache/mmcr",
        "'', '', ?, /tmp/mmcr-cache"
    })
    void folder_isTheFirstThatIsStated(String own, String caches, String home, Path expected) {
        assertThat(FeatureCache.folder(Map.of("MMCR_CACHE", own, "XDG_CACHE_HOME", caches), home, "/tmp"))
                .isEqualTo(expected);
    }
}

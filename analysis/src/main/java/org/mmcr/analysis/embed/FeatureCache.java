package org.mmcr.analysis.embed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.core.MmcrException;
import org.mmcr.data.DataSource;
import org.mmcr.data.io.AtomicFiles;
import org.mmcr.data.io.ExclusiveLock;
import org.mmcr.data.io.FileFailure;
import org.mmcr.data.io.NpyArray;
import org.mmcr.data.io.NpyRowWriter;
import org.mmcr.train.evaluate.FeatureExtractor;
import org.mmcr.train.evaluate.FeatureModel;
import org.mmcr.train.evaluate.FeatureSet;
import org.mmcr.train.evaluate.ProgressListener;

/**
 * Features on disk, one {@code .npy} file for each pair of an encoder and a data set, named after the fingerprints of
 * both. Of commands that need the same features at the same time, one computes them and the others wait. Files that
 * were not used for longest are deleted when all together exceed the bound.
 *
 * @param folder holds the files; created when needed
 * @param largest bound of all files together, in bytes
 */
public record FeatureCache(Path folder, long largest) {
    /** Usual bound in bytes. */
    public static final long USUAL_BYTES = 4L << 30;
    /** System property that names another folder than the user's cache. */
    public static final String FOLDER = "mmcr.cache";

    /** Rows of a forward pass, and of a block of a file. */
    private static final int BATCH = 256;

    private static final long POLL_MILLIS = 100;
    private static final String PREFIX = "features-";
    private static final String SUFFIX = ".npy";
    /** What a killed process leaves: unfinished features, and the lock of their file. */
    private static final Pattern LEFT = Pattern.compile("\\.(" + PREFIX + ".*\\" + SUFFIX + ")\\.(part|lock)");

    /**
     * Returns the user's cache: the folder in the system property {@value #FOLDER} or in {@code MMCR_CACHE}, else
     * {@code mmcr} in {@code XDG_CACHE_HOME} or {@code ~/.cache}; without a home folder, one for temporary files.
     */
    public static FeatureCache ofUser() {
        Path folder = path(Optional.ofNullable(System.getProperty(FOLDER)))
                .orElseGet(() -> folder(
                        System.getenv(),
                        System.getProperty("user.home", ""),
                        System.getProperty("java.io.tmpdir", "")));
        return new FeatureCache(folder, USUAL_BYTES);
    }

    /** Returns the folder of a user; {@code home} is no path where the user has no entry in the system's list. */
    static Path folder(Map<String, String> environment, String home, String temporary) {
        return path(Optional.ofNullable(environment.get("MMCR_CACHE")))
                .or(() -> path(Optional.ofNullable(environment.get("XDG_CACHE_HOME")))
                        .map(caches -> caches.resolve("mmcr")))
                .orElseGet(() -> Path.of(home).isAbsolute()
                        ? Path.of(home, ".cache", "mmcr")
                        : Path.of(temporary, "mmcr-cache"));
    }

    private static Optional<Path> path(Optional<String> value) {
        return value.filter(name -> !name.isBlank()).map(Path::of);
    }

    /** Returns the file of a pair's features. */
    private Path file(String encoder, DataSource data) {
        return folder.resolve(PREFIX + data.fingerprint() + "-" + data.size() + "-" + encoder + SUFFIX);
    }

    /** Whether the folder can be created and written. */
    public boolean isWritable() {
        try {
            return Files.isWritable(Files.createDirectories(folder));
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether the features of a pair are there. */
    public boolean holds(String encoder, DataSource data) {
        return Files.exists(file(encoder, data));
    }

    /**
     * Returns the file of a pair's features, float32 (N, F), and computes it if it is not there.
     *
     * @param encoder fingerprint of the encoder, its preparation and precision
     * @throws MmcrException if the folder cannot be written
     */
    public Path file(String encoder, FeatureModel model, DataSource data, int threads, ProgressListener progress) {
        Path file = file(encoder, data);
        try {
            Files.createDirectories(folder);
            if (!used(file)) {
                computeAlone(file, model, data, threads, progress);
            }
            return file;
        } catch (IOException | UncheckedIOException e) {
            throw unusable(e);
        }
    }

    /**
     * Returns the features of a pair with the labels of the data; the caller closes them. Features that are larger than
     * the bound of all files are computed and not kept.
     */
    public FeatureSet read(
            String encoder, FeatureModel model, DataSource data, int threads, ProgressListener progress) {
        if ((long) data.size() * model.width() * Float.BYTES > largest && !holds(encoder, data)) {
            return new FeatureExtractor(model, BATCH, threads).extract(data, progress);
        }
        Path file = file(encoder, model, data, threads, progress);
        int[] labels = new int[data.size()];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = data.label(i).orElse(FeatureSet.UNLABELLED);
        }
        return new FeatureSet(features(file, labels.length, model.width()), labels, data.classNames());
    }

    /** Copies a file block by block: a Java array does not hold the features of millions of samples. */
    private static Tensor features(Path file, int rows, int width) {
        NpyArray array = NpyArray.open(file);
        Tensor features = torch.empty(rows, width);
        float[] values = new float[BATCH * width];
        for (int first = 0; first < rows; first += BATCH) {
            int count = Math.min(BATCH, rows - first) * width;
            array.read((long) first * width, count, values, 0);
            features.data_ptr_float().position((long) first * width).put(values, 0, count);
        }
        return features;
    }

    /**
     * Keeps features that were computed elsewhere, unless they are larger than the bound of all files, or another
     * process is computing the same.
     *
     * @param features {@code .npy} of float32 (N, F) in the order of the data; copied
     * @throws MmcrException if the folder cannot be written
     */
    public void keep(String encoder, DataSource data, Path features) {
        Path file = file(encoder, data);
        try {
            Files.createDirectories(folder);
            if (Files.size(features) > largest || used(file)) {
                return;
            }
            Optional<ExclusiveLock> lock = ExclusiveLock.tryAcquire(lockOf(file));
            if (lock.isPresent()) {
                try (ExclusiveLock held = lock.get()) {
                    AtomicFiles.write(file, part -> Files.copy(features, part, StandardCopyOption.REPLACE_EXISTING));
                }
                makeRoom(file);
            }
        } catch (IOException | UncheckedIOException e) {
            throw unusable(e);
        }
    }

    private MmcrException unusable(Exception e) {
        IOException cause = e instanceof UncheckedIOException unchecked ? unchecked.getCause() : (IOException) e;
        return FileFailure.exception(
                "to keep features in " + folder,
                cause,
                "check the folder and the space left, or choose another by MMCR_CACHE");
    }

    /** Marks a file as used, if it is there. */
    private static boolean used(Path file) throws IOException {
        try {
            Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
            return true;
        } catch (NoSuchFileException e) {
            return false; // never computed, or deleted by another process to make room
        }
    }

    private void computeAlone(Path file, FeatureModel model, DataSource data, int threads, ProgressListener progress)
            throws IOException {
        while (!used(file)) {
            Optional<ExclusiveLock> lock = ExclusiveLock.tryAcquire(lockOf(file));
            if (lock.isEmpty()) {
                pause();
                continue;
            }
            try (ExclusiveLock held = lock.get()) {
                if (!used(file)) {
                    compute(file, model, data, threads, progress);
                }
            }
        }
        makeRoom(file);
    }

    private static Path lockOf(Path file) {
        return file.resolveSibling("." + file.getFileName() + ".lock");
    }

    private static void pause() {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while another process computed features");
        }
    }

    private static void compute(
            Path file, FeatureModel model, DataSource data, int threads, ProgressListener progress) {
        FeatureExtractor extractor = new FeatureExtractor(model, BATCH, threads);
        try (NpyRowWriter writer = new NpyRowWriter(file, data.size(), extractor.width())) {
            float[] values = new float[BATCH * extractor.width()];
            extractor.stream(
                    data,
                    (first, block) -> {
                        int rows = Math.toIntExact(block.size(0));
                        block.data_ptr_float().get(values, 0, rows * extractor.width());
                        writer.write(values, 0, rows);
                    },
                    progress);
            writer.finish();
        }
    }

    /** Deletes the files that were not used for longest, but not {@code kept}, until the rest is within the bound. */
    private void makeRoom(Path kept) throws IOException {
        List<Entry> entries = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (name.startsWith(PREFIX) && name.endsWith(SUFFIX)) {
                    Entry.of(file).ifPresent(entries::add);
                }
            }
        }
        long total = entries.stream().mapToLong(Entry::bytes).sum();
        entries.sort(Comparator.comparing(Entry::used));
        for (Entry entry : entries) {
            if (total > largest && !entry.file().equals(kept)) {
                Files.deleteIfExists(entry.file());
                total -= entry.bytes();
            }
        }
        removeLeftovers();
    }

    /** Deletes unfinished files whose process was killed; those of a running one are locked. */
    private void removeLeftovers() throws IOException {
        for (Path left : AtomicFiles.list(folder)) {
            Matcher name = LEFT.matcher(left.getFileName().toString());
            if (name.matches()) {
                Optional<ExclusiveLock> lock = ExclusiveLock.tryAcquire(lockOf(folder.resolve(name.group(1))));
                if (lock.isPresent()) {
                    try (ExclusiveLock held = lock.get()) { // its end deletes the file of the lock
                        if (name.group(2).equals("part")) {
                            Files.deleteIfExists(left);
                        }
                    }
                }
            }
        }
    }

    /** A file with its size and the time of its last use. */
    private record Entry(Path file, long bytes, FileTime used) {
        /** Returns the entry; empty if another process has just deleted the file. */
        static Optional<Entry> of(Path file) {
            try {
                return Optional.of(new Entry(file, Files.size(file), Files.getLastModifiedTime(file)));
            } catch (IOException e) {
                return Optional.empty();
            }
        }
    }
}

package org.mmcr.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.ExclusiveLock;
import org.mmcr.data.io.FileFailure;
import org.mmcr.train.run.RunDirectory;
import picocli.CommandLine.Option;

/**
 * Protection of the files that a command writes into a folder. A file that mmcr did not write, or that somebody
 * changed since, is replaced only with {@code --overwrite}; no two processes write into one folder. Every file of a
 * run's folder is taken for mmcr's own.
 */
final class OutputFolder {
    /** Names of pages, tables and figures, which a user gives for a file and not for a folder. */
    private static final Pattern FILE_NAME = Pattern.compile("(?i).+\\.(html?|json|csv|png|svg|pdf)");

    @Option(names = "--overwrite", description = "Replace files in the folder that mmcr did not write.")
    boolean overwrite;

    /**
     * Locks a folder for this process and checks the files to write. Call it before the work, and close the result
     * when the files are written.
     *
     * @param folder is created if necessary; if empty, nothing is locked or checked
     * @param files the files that the command writes into a given folder
     * @throws UsageException if a file may not be replaced, or {@code --overwrite} is given without a folder
     * @throws MmcrException if the folder cannot be written, or another process writes into it
     */
    Writing open(Optional<Path> folder, Function<Path, List<Path>> files) {
        requireEffect(overwrite, folder);
        return folder.map(path -> open(path, files.apply(path))).orElseGet(() -> new Writing(Optional.empty()));
    }

    /** Refuses {@code --overwrite} without a file or folder to write. */
    static void requireEffect(boolean overwrite, Optional<Path> out) {
        if (overwrite && out.isEmpty()) {
            throw new UsageException("expected --overwrite only with --out, found no --out; leave it out");
        }
    }

    /**
     * Refuses a folder inside the pictures that are read: charts would be taken for pictures of the data. Symbolic
     * links are followed.
     *
     * @param data locations of data; only folders are looked at
     * @throws UsageException if the folder is one of them, or below one that is no run
     */
    static void requireOutside(Optional<Path> folder, String... data) {
        for (String location : data) {
            Path pictures = Path.of(location.split("#", 2)[0]);
            boolean inside = folder.filter(path -> isInside(path, pictures)).isPresent();
            if (inside && Files.isDirectory(pictures) && !RunDirectory.hasBegun(pictures)) {
                throw new UsageException("expected a folder outside the data folder " + location + ", found "
                        + folder.orElseThrow() + "; charts that are written there would become part of the data");
            }
        }
    }

    /** Returns whether a path is a folder or below it, also through symbolic links. */
    static boolean isInside(Path path, Path folder) {
        Path inner = path.toAbsolutePath().normalize();
        Path outer = folder.toAbsolutePath().normalize();
        return inner.startsWith(outer) || real(inner).startsWith(real(outer));
    }

    /** Returns an absolute path without symbolic links, as far as it exists. */
    private static Path real(Path whole) {
        for (Path existing = whole; existing != null; existing = existing.getParent()) {
            try {
                return existing.toRealPath().resolve(existing.relativize(whole));
            } catch (IOException e) {
                // It does not exist, but its parent may.
            }
        }
        return whole;
    }

    private Writing open(Path folder, List<Path> files) {
        boolean existed = Files.exists(folder);
        if (!existed && FILE_NAME.matcher(String.valueOf(folder.getFileName())).matches()) {
            throw new UsageException("expected a folder to write into, found " + folder
                    + ", the name of a file; give a folder, for its files have fixed names");
        }
        try {
            if (!Files.isDirectory(folder)) { // some JDKs refuse a link to a folder
                Files.createDirectories(folder);
            }
            ExclusiveLock lock = ExclusiveLock.tryAcquire(folder.resolve(".mmcr.lock"))
                    .orElseThrow(() -> new MmcrException("expected no other process that writes into " + folder
                            + ", found one that is running; wait for it, or give another folder"));
            Held held = new Held(folder, !existed, lock, WrittenFiles.read(folder), files);
            try {
                if (!RunDirectory.hasBegun(folder)) {
                    check(held);
                    held.written().begin(files);
                }
                return new Writing(Optional.of(held));
            } catch (IOException | RuntimeException e) {
                held.release();
                throw e;
            }
        } catch (IOException e) {
            throw unwritable(folder, e);
        }
    }

    private void check(Held held) throws IOException {
        for (Path file : held.files()) {
            if (!overwrite && Files.exists(file) && !held.written().contains(file)) {
                throw new UsageException("expected no file at " + file + " that mmcr did not write, found one;"
                        + " give another folder, or --overwrite to replace it");
            }
        }
    }

    private static MmcrException unwritable(Path folder, IOException e) {
        return FileFailure.exception(
                "a folder to write into at " + folder, e, "check the path, its permissions and the space left");
    }

    private record Held(Path folder, boolean made, ExclusiveLock lock, WrittenFiles written, List<Path> files) {

        void release() throws IOException {
            lock.close();
            if (made) {
                try (var entries = Files.list(folder)) {
                    if (entries.findAny().isPresent()) {
                        return;
                    }
                }
                Files.delete(folder);
            }
        }
    }

    /** The time in which a command writes into a folder. Its end records the files as mmcr's own. */
    static final class Writing implements AutoCloseable {
        private final Optional<Held> held;

        private Writing(Optional<Held> held) {
            this.held = held;
        }

        @Override
        public void close() {
            if (held.isEmpty()) {
                return;
            }
            Held open = held.get();
            try {
                try {
                    if (!RunDirectory.hasBegun(open.folder())) {
                        open.written().end(open.files());
                    }
                } finally {
                    open.release();
                }
            } catch (IOException e) {
                throw unwritable(open.folder(), e);
            }
        }
    }
}

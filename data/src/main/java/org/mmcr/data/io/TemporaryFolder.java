package org.mmcr.data.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A folder in the system's temporary folder that only its owner may read. It is deleted when it is closed; what a
 * killed process left is deleted by {@link TemporaryFile#deleteLeftovers}.
 */
public final class TemporaryFolder implements AutoCloseable {
    /** A file in the folder that its process keeps locked. */
    static final String LOCK = ".lock";

    private final Path path;
    private final FileChannel lock;

    /**
     * Creates an empty folder.
     *
     * @throws IOException if the temporary folder cannot be written
     */
    public TemporaryFolder() throws IOException {
        this(TemporaryFile.systemFolder());
    }

    TemporaryFolder(Path parent) throws IOException {
        TemporaryFile.deleteLeftovers(parent);
        path = Files.createTempDirectory(parent, TemporaryFile.prefix());
        lock = FileChannel.open(path.resolve(LOCK), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        TemporaryFile.lock(lock);
    }

    /** Returns where it lies. */
    public Path path() {
        return path;
    }

    @Override
    public void close() throws IOException {
        lock.close();
        AtomicFiles.deleteTree(path);
    }
}

package org.mmcr.train.run;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.mmcr.core.MmcrException;

/**
 * A lock on the folder of a run against a second trainer. The operating system releases it if the process is killed.
 */
final class RunLock implements AutoCloseable {
    private final FileChannel channel;

    private RunLock(FileChannel channel) {
        this.channel = channel;
    }

    /** Takes the lock; creates the run's folder if it does not exist. */
    static RunLock acquire(Path file, Path run) {
        try {
            Files.createDirectories(run);
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!locked(channel)) {
                channel.close();
                throw new MmcrException("expected no other trainer in " + run + ", found one that is running;"
                        + " wait for it, stop it, or choose another folder");
            }
            return new RunLock(channel);
        } catch (IOException e) {
            throw new MmcrException("expected to write in " + run + ", found " + e + "; check its permissions", e);
        }
    }

    private static boolean locked(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false; // held by another trainer of this process
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}

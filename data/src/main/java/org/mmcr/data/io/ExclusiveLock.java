package org.mmcr.data.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A lock against other processes and other threads, on a file of its own. The operating system releases it when the
 * process ends, however it ends.
 *
 * <p>A process loses a lock of the operating system as soon as it closes any descriptor of the locked file. So nothing
 * else may open the file, and the locks of this process are known by name before one of their files is opened again.
 */
public final class ExclusiveLock implements AutoCloseable {
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final FileChannel channel;

    private ExclusiveLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Takes the lock, unless somebody holds it.
     *
     * @param file is created, and deleted when the lock is closed; its folder must exist
     */
    public static Optional<ExclusiveLock> tryAcquire(Path file) throws IOException {
        Path parent = file.toAbsolutePath().normalize().getParent();
        Path name = file.getFileName();
        if (parent == null || name == null) {
            throw new IOException("no file name in '" + file + "'");
        }
        Path place = parent.toRealPath().resolve(name);
        if (!HELD.add(place)) {
            return Optional.empty();
        }
        Optional<FileChannel> channel = Optional.empty();
        try {
            channel = lock(place);
            return channel.map(locked -> new ExclusiveLock(place, locked));
        } finally {
            if (channel.isEmpty()) {
                HELD.remove(place);
            }
        }
    }

    private static Optional<FileChannel> lock(Path place) throws IOException {
        while (true) {
            FileChannel channel = FileChannel.open(place, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            boolean locked = false;
            try {
                if (channel.tryLock() == null) {
                    return Optional.empty();
                }
                locked = Files.exists(place); // else the holder before has just deleted the file that was opened
                if (locked) {
                    return Optional.of(channel);
                }
            } finally {
                if (!locked) {
                    channel.close();
                }
            }
        }
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(file);
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            HELD.remove(file);
        }
    }
}

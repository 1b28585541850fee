package org.mmcr.data.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A lock against other processes and other threads, on a file of its own. The operating system releases it when the
 * process ends, however it ends.
 *
 * <p>A process loses a lock of the operating system as soon as it closes any descriptor of the locked file. So nothing
 * else may open the file, and the locks of this process are known by name before one of their files is opened again.
 */
public final class ExclusiveLock implements AutoCloseable {
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    /** Largest size of a lock file while it is marked, in bytes; the file is sparse. */
    private static final int LONGEST = 1 << 20;

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
                locked = names(place, channel); // else the holder before has just deleted the file that was opened
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

    /**
     * Returns whether a path still names the locked file. The path may name a newer file that a third process has
     * locked. Java has no {@code fstat}, and opening the path would drop the lock, so the size is the mark: two random
     * sizes written through the channel must be those of the path. Nobody else changes the size of this file.
     */
    static boolean names(Path place, FileChannel channel) throws IOException {
        try {
            for (int i = 0; i < 2; i++) {
                int size = ThreadLocalRandom.current().nextInt(1, LONGEST);
                channel.truncate(0).write(ByteBuffer.allocate(1), size - 1L);
                if (Files.size(place) != size) {
                    return false;
                }
            }
            return true;
        } catch (NoSuchFileException e) {
            return false;
        } finally {
            channel.truncate(0);
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

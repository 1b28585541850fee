package org.mmcr.data.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mmcr.core.MmcrException;

/**
 * A temporary file that is written once, then memory-mapped. Only its owner may read it. It is deleted when the process
 * ends at the latest; what a killed process left is deleted when the next one creates a file in the same folder.
 *
 * <p>It takes no more than the folder's free space without a reserve, and unpacked content no more than {@link #RATIO}
 * times the packed bytes above {@link #ALWAYS}, so that a small archive cannot fill the disk.
 */
public final class TemporaryFile implements AutoCloseable {
    /** Unpacked bytes that any archive may have. */
    static final long ALWAYS = 1L << 30;
    /** The same, which tests lower: an archive that exceeds it would fill their disk. */
    static final AtomicLong LIMIT = new AtomicLong(ALWAYS);
    /** Unpacked bytes for each packed byte of a larger archive. Photographs have about 1, sparse tables up to 100. */
    static final long RATIO = 200;
    /** Free bytes that stay for other programs, or a twentieth of a smaller device. */
    private static final long RESERVE = 1L << 30;
    /** Bytes between two looks at the free space. */
    private static final int CHECKED = 1 << 26;

    private static final int BUFFER = 1 << 16;
    private static final Pattern NAME = Pattern.compile("mmcr-(\\d{1,18})-\\d+(\\.tmp)?");

    private final Optional<Path> given;
    private final Path folder;
    private final Path path;
    private final FileChannel channel;
    private final LongSupplier room;
    private long unchecked;

    /** Creates the file in {@code folder}, which is created when missing, or in the system's temporary folder. */
    public TemporaryFile(Optional<Path> folder) {
        this(folder, Optional.empty());
    }

    /** Creates the file with another measure of the bytes that may still be written. */
    TemporaryFile(Optional<Path> given, Optional<LongSupplier> otherRoom) {
        this.given = given;
        folder = given.orElseGet(TemporaryFile::systemFolder);
        try {
            if (given.isPresent()) {
                Files.createDirectories(folder);
            }
            deleteLeftovers(folder);
            path = Files.createTempFile(folder, prefix(), ".tmp");
            path.toFile().deleteOnExit();
            channel = FileChannel.open(path, StandardOpenOption.WRITE);
            lock(channel);
        } catch (IOException e) {
            throw failure(e);
        }
        room = otherRoom.orElse(this::freeBytes);
    }

    /** Returns where the file lies until it is mapped. */
    public Path path() {
        return path;
    }

    /**
     * Writes all remaining bytes at the end.
     *
     * @throws MmcrException if they cannot be written
     */
    public void append(ByteBuffer bytes) {
        try {
            write(bytes, channel.size());
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /**
     * Writes all remaining bytes from {@code position} on. May be called by several threads.
     *
     * @throws MmcrException if they cannot be written
     */
    public void write(ByteBuffer bytes, long position) {
        requireRoom(bytes.remaining());
        long at = position;
        try {
            while (bytes.hasRemaining()) {
                at += channel.write(bytes, at);
            }
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /**
     * Appends the unpacked content of an archive.
     *
     * @param archive name of the archive in messages
     * @param packed its size in bytes
     * @throws IOException if {@code content} cannot be read
     * @throws MmcrException if the content exceeds the limits, or cannot be written
     */
    public void unpack(String archive, long packed, InputStream content) throws IOException {
        byte[] buffer = new byte[BUFFER];
        long total = 0;
        for (int count = content.read(buffer); count >= 0; count = content.read(buffer)) {
            total += count;
            requireRatio(archive, packed, total);
            append(ByteBuffer.wrap(buffer, 0, count));
        }
    }

    /**
     * Checks the bytes that were unpacked so far.
     *
     * @param archive name of the archive in messages
     * @throws MmcrException if they are more than {@link #ALWAYS} and than {@link #RATIO} for each packed byte
     */
    public static void requireRatio(String archive, long packed, long unpacked) {
        if (unpacked > LIMIT.get() && unpacked / RATIO > packed) {
            throw new MmcrException("expected at most " + RATIO + " unpacked bytes for each of the " + packed
                    + " bytes of " + archive + ", found more; it may be a decompression bomb: if it is none, unpack it"
                    + " yourself and name what was unpacked");
        }
    }

    /** Ends writing, maps the content and, except on Windows, deletes the file, so that a crash leaves nothing. */
    public MappedBytes seal() throws IOException {
        channel.close();
        MappedBytes mapped = MappedBytes.open(path);
        delete();
        return mapped;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException ignored) {
            // The content is discarded.
        }
        delete();
    }

    private void delete() {
        try {
            Files.deleteIfExists(path);
        } catch (IOException ignored) {
            // Windows keeps a mapped file; deleteOnExit retries.
        }
    }

    private synchronized void requireRoom(int bytes) {
        unchecked += bytes;
        if (unchecked < CHECKED) {
            return;
        }
        unchecked = 0;
        if (room.getAsLong() < bytes) {
            throw failure(new IOException("no space left on device"));
        }
    }

    private long freeBytes() {
        try {
            FileStore store = Files.getFileStore(path);
            return store.getUsableSpace() - Math.min(RESERVE, store.getTotalSpace() / 20);
        } catch (IOException e) {
            return Long.MAX_VALUE; // a full device is found when writing
        }
    }

    private MmcrException failure(IOException e) {
        String other = given.isPresent() ? "name another folder with --cache" : "set TMPDIR to another folder";
        return new MmcrException(
                "expected to write a temporary file into " + folder + ", found "
                        + FileFailure.describe(e, "choose a folder that can be written") + ", or " + other,
                e);
    }

    /** Marks the file as in use for processes that do not see this one, as in another container. */
    static void lock(FileChannel channel) {
        try {
            channel.tryLock();
        } catch (IOException e) {
            return; // not supported by the file system; the number of the process is in the name
        }
    }

    /** Deletes what killed processes left in the system's temporary folder. */
    public static void deleteLeftovers() {
        deleteLeftovers(systemFolder());
    }

    static Path systemFolder() {
        return Path.of(System.getProperty("java.io.tmpdir"));
    }

    /** The beginning of the names of this process's files and folders. */
    static String prefix() {
        return "mmcr-" + ProcessHandle.current().pid() + "-";
    }

    static void deleteLeftovers(Path folder) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "mmcr-*")) {
            for (Path file : files) {
                Matcher name = NAME.matcher(String.valueOf(file.getFileName()));
                if (name.matches()
                        && ProcessHandle.of(Long.parseLong(name.group(1))).isEmpty()) {
                    deleteUnlocked(file);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            return; // creating a file in the folder says what is wrong
        }
    }

    private static void deleteUnlocked(Path file) {
        Path locked = Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS) ? file.resolve(TemporaryFolder.LOCK) : file;
        try (FileChannel leftover = FileChannel.open(locked, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            if (leftover.tryLock() != null) {
                AtomicFiles.deleteTree(file);
            }
        } catch (NoSuchFileException e) {
            deleteEmpty(file); // its process was killed before it could lock the folder
        } catch (IOException | OverlappingFileLockException e) {
            return; // another user's file, or another process has deleted it
        }
    }

    private static void deleteEmpty(Path folder) {
        try {
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            return; // not empty, or another user's
        }
    }
}

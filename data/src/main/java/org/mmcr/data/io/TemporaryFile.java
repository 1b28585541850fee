package org.mmcr.data.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.mmcr.core.MmcrException;

/** A temporary file that is written once, then memory-mapped. It is deleted when the process ends at the latest. */
public final class TemporaryFile implements AutoCloseable {
    private final Path path;
    private final FileChannel channel;

    /** Creates the file in {@code folder}, which is created when missing, or in the system's temporary folder. */
    public TemporaryFile(Optional<Path> folder) {
        try {
            if (folder.isPresent()) {
                Files.createDirectories(folder.get());
                path = Files.createTempFile(folder.get(), "mmcr-", ".tmp");
            } else {
                path = Files.createTempFile("mmcr-", ".tmp");
            }
            path.toFile().deleteOnExit();
            channel = FileChannel.open(path, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new MmcrException(
                    "expected to write a temporary file into "
                            + folder.map(Path::toString).orElse("the system's temporary folder") + ", found " + e
                            + "; choose a cache directory that can be written",
                    e);
        }
    }

    /** Returns where the file lies until it is mapped. */
    public Path path() {
        return path;
    }

    /** Returns the channel to write to. */
    public FileChannel channel() {
        return channel;
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
}

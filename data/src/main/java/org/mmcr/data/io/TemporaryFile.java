package org.mmcr.data.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.mmcr.core.MmcrException;

/** Scratch space on disk that is written once, then mapped, and does not outlive the process. */
public final class TemporaryFile implements AutoCloseable {
    private final Path path;
    private final FileChannel channel;

    /** In {@code folder}, which is made when missing, or in the system's folder for temporary files. */
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
                    "no scratch file could be made in "
                            + folder.map(Path::toString).orElse("the folder for temporary files") + ": " + e
                            + "; choose a cache directory that can be written",
                    e);
        }
    }

    public FileChannel channel() {
        return channel;
    }

    /** What was written, mapped; where the system allows it the name is gone at once, so even a crash leaves nothing. */
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
            // The content is not wanted any more.
        }
        delete();
    }

    private void delete() {
        try {
            Files.deleteIfExists(path);
        } catch (IOException ignored) {
            // Windows keeps a mapped file; deleteOnExit tries again.
        }
    }
}

package org.mmcr.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.ExclusiveLock;
import org.mmcr.data.io.FileFailure;
import picocli.CommandLine.Option;

/**
 * Protection of the files that a command is asked to write. A file that exists is replaced only with {@code
 * --overwrite}, a file that the command reads never, and no two processes write one file.
 */
final class OutputFile {
    @Option(names = "--overwrite", description = "Replace the file if it exists.")
    boolean overwrite;

    /**
     * Locks a file for this process. Close the lock when the file is written.
     *
     * @param inputs the locations that the command reads, {@code archive#inner/folder} included
     * @throws UsageException if the file may not be replaced, or another process writes it
     */
    ExclusiveLock open(Path file, List<String> inputs) {
        requireOther(file, inputs);
        if (Files.isDirectory(file)) {
            throw new UsageException(
                    "expected the name of a file to write, found the folder " + file + "; add a file name");
        }
        if (Files.exists(file) && !overwrite) {
            throw new UsageException("expected no file at " + file + ", found one;"
                    + " give another name, or --overwrite to replace it");
        }
        return lock(file);
    }

    /** Checks that a file to write is none of those that the command reads. */
    void requireOther(Path file, List<String> inputs) {
        if (inputs.stream().anyMatch(input -> same(file, input))) {
            throw new UsageException(
                    "expected an output that is not an input, found " + file + " as both; give another name");
        }
    }

    /** Locks a file for this process, and creates its folder. */
    static ExclusiveLock lock(Path file) {
        Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElseThrow();
        try {
            Files.createDirectories(folder);
            return ExclusiveLock.tryAcquire(folder.resolve("." + file.getFileName() + ".lock"))
                    .orElseThrow(() -> new MmcrException("expected no other process that writes " + file
                            + ", found one that is running; wait for it, or give another name"));
        } catch (IOException e) {
            throw FileFailure.exception("to write " + file, e, "check the folder and the space left");
        }
    }

    private static boolean same(Path file, String input) {
        String outside = input.contains("#") ? input.substring(0, input.indexOf('#')) : input;
        try {
            Path read = Path.of(Files.exists(Path.of(input)) ? input : outside);
            return Files.exists(read) && Files.exists(file) && Files.isSameFile(read, file);
        } catch (IOException e) {
            return false; // what cannot be read is reported where it is opened
        }
    }
}

package org.mmcr.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.mmcr.core.MmcrException;

/** Atomic writing of a file that a command was asked for. */
final class OutputFile {
    /** Writes the file at a path. */
    interface Content {
        void writeTo(Path beside) throws IOException;
    }

    private OutputFile() {}

    static void write(Path file, Content content) {
        Path beside = file.resolveSibling("." + file.getFileName() + ".part");
        try {
            try {
                content.writeTo(beside);
                Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(beside);
            }
        } catch (IOException e) {
            throw new MmcrException(
                    "expected to write " + file + ", found " + e + "; check the folder and the space left", e);
        }
    }
}

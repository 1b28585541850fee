package org.mmcr.analysis.export;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.AtomicFiles;
import org.mmcr.data.io.FileFailure;

/** Writes export files atomically: a file is complete or does not exist. */
final class ExportFile {
    private ExportFile() {}

    static void write(Path file, AtomicFiles.Content content) {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new MmcrException("expected a folder to write " + file + " in, found none; create it first");
        }
        try {
            AtomicFiles.write(file, content);
        } catch (IOException e) {
            throw FileFailure.exception("to write " + file, e, "check the folder and the space left");
        }
    }
}

package org.mmcr.explorer;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A local HTML file that forwards a browser to an address with a token. Only its owner can read it, whereas every
 * user of a machine can read an address on a command line.
 */
final class StartPage {
    private StartPage() {}

    /** Writes the file, replacing one that an earlier process left. */
    static void write(Path file, URI address) throws IOException {
        boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] ownerOnly = posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
        Files.deleteIfExists(file);
        Files.createFile(file, ownerOnly);
        String link = address.toString().replace("&", "&amp;").replace("'", "&#39;");
        Files.writeString(file, """
                <!doctype html>
                <html lang="en">
                <meta charset="utf-8">
                <meta name="referrer" content="no-referrer">
                <meta http-equiv="refresh" content="0; url=%s">
                <title>mmcr explore</title>
                <p><a href="%s">Open mmcr explore</a></p>
                </html>
                """.formatted(link, link));
    }
}

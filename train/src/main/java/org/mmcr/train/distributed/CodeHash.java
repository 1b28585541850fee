package org.mmcr.train.distributed;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/** A short hash of the code that classes were loaded from. */
public final class CodeHash {
    private CodeHash() {}

    /** Hashes all files of the folders or archives that hold these classes. */
    public static String of(Class<?>... classes) {
        CRC32C sum = new CRC32C();
        try {
            for (Class<?> one : classes) {
                Path location = Path.of(
                        one.getProtectionDomain().getCodeSource().getLocation().toURI());
                add(sum, location);
            }
        } catch (IOException | URISyntaxException e) {
            return "unreadable";
        }
        return HexFormat.of().toHexDigits((int) sum.getValue());
    }

    private static void add(CRC32C sum, Path location) throws IOException {
        try (Stream<Path> files = Files.walk(location)) {
            List<Path> sorted = files.filter(Files::isRegularFile).sorted().toList();
            for (Path file : sorted) {
                sum.update(Files.readAllBytes(file));
            }
        }
    }
}

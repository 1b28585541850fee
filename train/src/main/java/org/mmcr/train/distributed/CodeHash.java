package org.mmcr.train.distributed;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/** A short sign of the code that classes come from, equal for equal code. */
public final class CodeHash {
    private CodeHash() {}

    /** Of everything in the folders or archives that hold these classes. */
    public static String of(Class<?>... classes) {
        CRC32C sum = new CRC32C();
        try {
            for (Class<?> one : classes) {
                Path place = Path.of(
                        one.getProtectionDomain().getCodeSource().getLocation().toURI());
                add(sum, place);
            }
        } catch (IOException | URISyntaxException e) {
            return "unreadable";
        }
        return HexFormat.of().toHexDigits((int) sum.getValue());
    }

    private static void add(CRC32C sum, Path place) throws IOException {
        try (Stream<Path> files = Files.walk(place)) {
            List<Path> sorted = files.filter(Files::isRegularFile).sorted().toList();
            for (Path file : sorted) {
                sum.update(Files.readAllBytes(file));
            }
        }
    }
}

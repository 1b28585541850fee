package org.mmcr.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.mmcr.data.io.AtomicFiles;

/**
 * The list of the files that mmcr wrote into a folder, with their checksums: {@code .mmcr.sha256}, in the format of
 * {@code sha256sum}. It tells mmcr's files from others of the same name, whatever their format.
 *
 * <p>A file that is being written is listed without a checksum, so that a process that is killed leaves no file which
 * the next one takes for somebody else's.
 */
final class WrittenFiles {
    private static final String UNFINISHED = "unfinished";

    private final Path list;
    private final Map<String, String> checksums;
    /** Checksums of the files of others that are about to be replaced. */
    private final Map<String, String> others = new HashMap<>();

    private WrittenFiles(Path list, Map<String, String> checksums) {
        this.list = list;
        this.checksums = checksums;
    }

    /** Reads the list of a folder; it is empty if there is none. Lines of another form are left out. */
    static WrittenFiles read(Path folder) throws IOException {
        Path list = folder.resolve(".mmcr.sha256");
        Map<String, String> checksums = new TreeMap<>();
        if (Files.exists(list)) {
            for (String line : Files.readAllLines(list)) {
                int space = line.indexOf("  ");
                if (space > 0) {
                    checksums.put(line.substring(space + 2), line.substring(0, space));
                }
            }
        }
        return new WrittenFiles(list, checksums);
    }

    /** Returns whether mmcr wrote a file of the folder and nobody has changed it since. */
    boolean contains(Path file) throws IOException {
        String known = checksums.getOrDefault(name(file), "");
        return known.equals(UNFINISHED) || (Files.isRegularFile(file) && known.equals(checksum(file)));
    }

    /** Notes that the files are about to be written. */
    void begin(List<Path> files) throws IOException {
        for (Path file : files) {
            if (!Files.exists(file) || contains(file)) {
                checksums.put(name(file), UNFINISHED);
            } else if (Files.isRegularFile(file)) {
                others.put(name(file), checksum(file));
            }
        }
        write();
    }

    /** Records the files that were written. */
    void end(List<Path> files) throws IOException {
        for (Path file : files) {
            checksums.remove(name(file));
            if (Files.isRegularFile(file)) {
                String checksum = checksum(file);
                if (!checksum.equals(others.get(name(file)))) {
                    checksums.put(name(file), checksum);
                }
            }
        }
        write();
    }

    private void write() throws IOException {
        if (checksums.isEmpty()) {
            Files.deleteIfExists(list);
            return;
        }
        AtomicFiles.writeText(
                list,
                checksums.entrySet().stream()
                        .map((Entry<String, String> entry) -> entry.getValue() + "  " + entry.getKey() + "\n")
                        .collect(Collectors.joining()));
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    private static String checksum(Path file) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(Files.readAllBytes(file)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }
}

package org.mmcr.analysis.export;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.mmcr.core.MmcrException;

/** Fingerprints of the files of an encoder together with the settings under which it computes features. */
public final class FileFingerprint {
    private static final int LENGTH = 16;

    private FileFingerprint() {}

    /**
     * Returns the first {@value #LENGTH} digits of the SHA-256 digest of the files' contents and the settings; names
     * and times of the files do not count.
     */
    public static String of(List<Path> files, List<String> settings) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Path file : files) {
                try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
                    in.transferTo(OutputStream.nullOutputStream());
                }
            }
            for (String setting : settings) {
                digest.update((setting + "\n").getBytes(StandardCharsets.UTF_8));
            }
            return HexFormat.of().formatHex(digest.digest()).substring(0, LENGTH);
        } catch (IOException e) {
            throw new MmcrException("expected to read the encoder's files " + files + ", found " + e
                    + "; check that they exist", e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}

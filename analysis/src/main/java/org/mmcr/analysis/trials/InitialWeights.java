package org.mmcr.analysis.trials;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.mmcr.data.io.FileFailure;
import org.mmcr.train.encoder.EncoderWeights;
import org.mmcr.train.run.PretrainConfig;

/** The file of weights that trials start from. */
public final class InitialWeights {
    /** Bytes of a digest that a fingerprint keeps. */
    private static final int BYTES = 8;

    private InitialWeights() {}

    /**
     * Returns the fingerprint of the content of the file that a configuration names; empty if it names none.
     *
     * @throws org.mmcr.core.MmcrException if the file cannot be read
     */
    public static Optional<String> fingerprint(PretrainConfig config) {
        return config.model().init().map(file -> digest(EncoderWeights.files(file)));
    }

    /**
     * Checks that the file that a configuration names holds weights.
     *
     * @throws org.mmcr.core.MmcrException if it does not
     */
    public static void require(PretrainConfig config) {
        config.model().init().ifPresent(file -> EncoderWeights.open(file).close());
    }

    /** Whether two fingerprints are known and those of other weights. */
    public static boolean differ(Optional<String> one, Optional<String> other) {
        return one.isPresent() && other.isPresent() && !one.equals(other);
    }

    private static String digest(List<Path> files) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            files.forEach(file -> add(file, digest));
            return HexFormat.of().formatHex(digest.digest(), 0, BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static void add(Path file, MessageDigest digest) {
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            throw FileFailure.exception("to read the initial weights " + file, e, "check that the file exists");
        }
    }
}

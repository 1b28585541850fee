package org.mmcr.analysis.export;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.mmcr.data.io.FileFailure;
import org.mmcr.train.run.Machine;
import org.mmcr.train.run.PairedModel;
import org.mmcr.train.run.TrainedModel;

/** Fingerprints of the files of an encoder together with the settings under which it computes features. */
public final class FileFingerprint {
    private static final int LENGTH = 16;

    private FileFingerprint() {}

    /** Returns the fingerprint of a run's encoder: of its checkpoint, preparation and precision. */
    public static String of(TrainedModel model) {
        return ofCheckpoint(
                model.checkpoint(),
                List.of(
                        model.view().toString(),
                        String.valueOf(model.config().precision()),
                        String.valueOf(model.step())));
    }

    /** Returns the fingerprint of the networks of a run on paired data: of their checkpoint and precision. */
    public static String of(PairedModel model) {
        return ofCheckpoint(
                model.checkpoint(), List.of(String.valueOf(model.config().precision()), String.valueOf(model.step())));
    }

    private static String ofCheckpoint(Path folder, List<String> settings) {
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> all = files.filter(Files::isRegularFile).sorted().toList();
            return of(all, settings);
        } catch (UncheckedIOException e) {
            throw FileFailure.exception("to read " + folder, e.getCause(), "check that it exists");
        } catch (IOException e) {
            throw FileFailure.exception("to read " + folder, e, "check that it exists");
        }
    }

    /**
     * Returns the first {@value #LENGTH} digits of the SHA-256 digest of the files' contents, the settings and the
     * version of mmcr; names and times of the files do not count.
     */
    public static String of(List<Path> files, List<String> settings) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Path file : files) {
                try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
                    in.transferTo(OutputStream.nullOutputStream());
                }
            }
            digest.update(Machine.mmcrVersion().getBytes(StandardCharsets.UTF_8));
            for (String setting : settings) {
                digest.update(("\n" + setting).getBytes(StandardCharsets.UTF_8));
            }
            return HexFormat.of().formatHex(digest.digest()).substring(0, LENGTH);
        } catch (IOException e) {
            throw FileFailure.exception("to read the encoder's files " + files, e, "check that they exist");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}

package org.mmcr.data.download;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.mmcr.core.MmcrException;
import org.mmcr.data.download.PublicDataset.RemoteFile;
import org.mmcr.data.io.AtomicFiles;
import org.mmcr.data.io.ExclusiveLock;
import org.mmcr.data.io.FileFailure;

/** Downloads public data sets into folders that {@link org.mmcr.data.DataSources} opens. */
public final class Downloads {
    private final PublicDataset dataset;
    private final Path folder;
    private final DownloadListener listener;

    private Downloads(PublicDataset dataset, Path folder, DownloadListener listener) {
        this.dataset = dataset;
        this.folder = folder;
        this.listener = listener;
    }

    /**
     * Downloads the missing files of a data set, verifies them, and unpacks an archive. Files that are there already
     * are verified and kept, also if they were downloaded by hand.
     *
     * @throws MmcrException if there is no connection, with the files to download by hand, a file does not match its
     *     publisher's checksum, or another process downloads into the folder
     */
    public static void fetch(PublicDataset dataset, Path folder, DownloadListener listener) {
        try {
            Files.createDirectories(folder);
            try (ExclusiveLock lock = lock(folder)) {
                new Downloads(dataset, folder, listener).run();
            }
        } catch (IOException e) {
            throw FileFailure.exception("to write into " + folder, e, "check the folder and the free space");
        }
    }

    private static ExclusiveLock lock(Path folder) throws IOException {
        return ExclusiveLock.tryAcquire(folder.resolve(".mmcr.lock"))
                .orElseThrow(() -> new MmcrException("expected no other download into " + folder
                        + ", found one that is running; wait for it, or give another folder"));
    }

    private void run() throws IOException {
        if (dataset.unpacked().isPresent()
                && Files.isDirectory(folder.resolve(dataset.unpacked().get()))) {
            listener.file(folder.resolve(dataset.unpacked().get()) + " is there already");
            return;
        }
        for (RemoteFile file : dataset.files()) {
            fetch(file);
        }
        if (dataset.unpacked().isPresent()) {
            Path archive = folder.resolve(dataset.files().get(0).name());
            listener.file("unpacking " + archive.getFileName());
            String inner = dataset.unpacked().get();
            AtomicFiles.writeFolder(folder.resolve(inner), target -> unpack(archive, inner, target));
            Files.delete(archive);
        }
    }

    private void fetch(RemoteFile file) throws IOException {
        Path target = folder.resolve(file.name());
        if (Files.exists(target)) {
            verify(target, file, "remove it and run the same command again");
            listener.file(target + " is there already");
            return;
        }
        Path part = folder.resolve("." + file.name() + ".part");
        listener.file(dataset.address(file).toString());
        try {
            new FileDownload(dataset.address(file), part, listener).run();
        } catch (FileDownload.PartException e) {
            throw FileFailure.exception(
                    "to write " + part, (IOException) e.getCause(), "check the folder and the disk");
        } catch (IOException e) {
            throw unreachable(file, part, e);
        }
        try {
            verify(part, file, "run the same command again, or give another --url");
        } catch (MmcrException e) {
            Files.delete(part);
            throw e;
        }
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
    }

    private MmcrException unreachable(RemoteFile file, Path part, IOException cause) {
        if (Files.exists(part)) {
            return new MmcrException(
                    "expected the rest of " + dataset.address(file) + ", found " + reason(cause)
                            + "; run the same command again to resume it",
                    cause);
        }
        String byHand = dataset.files().stream()
                .map(one -> dataset.address(one) + " (SHA-256 " + one.sha256() + ")")
                .collect(Collectors.joining(", "));
        return new MmcrException(
                "expected " + dataset.address(file) + ", found " + reason(cause)
                        + "; on a machine with a network, fetch "
                        + byHand + ", put " + (dataset.files().size() == 1 ? "it" : "them") + " into "
                        + folder.toAbsolutePath() + " and run the same command again",
                cause);
    }

    private static String reason(IOException cause) {
        return cause instanceof FileDownload.RefusedException
                ? String.valueOf(cause.getMessage())
                : "no connection (" + cause + ")";
    }

    private static void verify(Path content, RemoteFile file, String remedy) throws IOException {
        String found = sha256(content);
        if (!found.equals(file.sha256())) {
            throw new MmcrException("expected the SHA-256 sum " + file.sha256() + " of " + file.name() + ", found "
                    + found + " in " + Files.size(content) + " bytes; " + remedy);
        }
    }

    private static String sha256(Path file) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
                in.transferTo(OutputStream.nullOutputStream());
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Unpacks the files directly in {@code inner}; entries elsewhere, also outside the folder, are skipped. */
    private static void unpack(Path archive, String inner, Path target) throws IOException {
        try (TarArchiveInputStream tar = new TarArchiveInputStream(
                new GZIPInputStream(new BufferedInputStream(Files.newInputStream(archive), 1 << 16), 1 << 16))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path name = Path.of(entry.getName()).normalize();
                if (entry.isFile() && name.startsWith(inner) && name.getNameCount() == 2) {
                    Files.copy(tar, target.resolve(name.getFileName()));
                }
            }
        }
    }
}

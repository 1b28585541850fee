package org.mmcr.spark;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.mmcr.core.MmcrException;
import org.mmcr.data.PictureDecoder;
import org.mmcr.data.SampleFiles;
import org.mmcr.data.TarNames;
import org.mmcr.data.io.FileFailure;

/**
 * Iterates over the pictures of a WebDataset shard, in its order, in the memory of one sample.
 *
 * <p>Adjacent files with the same key are one sample: its pictures, and their class if one of the {@link SampleFiles}
 * has it. A damaged shard ends in an {@link MmcrException} that names it.
 */
final class ShardPictures implements Iterator<EncodedPicture> {
    private final String shard;
    private final TarArchiveInputStream tar;
    private final Deque<EncodedPicture> sample = new ArrayDeque<>();
    /** Path of the next file, or null behind the last. */
    private String ahead;

    ShardPictures(String shard, InputStream content) {
        this.shard = shard;
        this.tar = new TarArchiveInputStream(new BufferedInputStream(content, 1 << 16), TarNames.ENCODING);
        this.ahead = nextFile();
    }

    @Override
    public boolean hasNext() {
        while (sample.isEmpty() && ahead != null) {
            readSample();
        }
        return !sample.isEmpty();
    }

    @Override
    public EncodedPicture next() {
        if (!hasNext()) {
            throw new NoSuchElementException(shard);
        }
        return sample.remove();
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record TarFile(String name, byte[] content) {}

    private void readSample() {
        String key = SampleFiles.key(ahead);
        Optional<TarFile> label = Optional.empty();
        Deque<EncodedPicture> found = new ArrayDeque<>();
        for (; ahead != null && SampleFiles.key(ahead).equals(key); ahead = nextFile()) {
            String name = ahead;
            if (SampleFiles.isText(name) || (label.isEmpty() && SampleFiles.mayHoldLabel(name))) {
                label = Optional.of(new TarFile(name, content()));
            } else if (PictureDecoder.isPicture(name)) {
                found.add(new EncodedPicture(shard + "/" + name, "", content()));
            }
        }
        if (found.isEmpty()) {
            return; // a document without a picture is ignored
        }
        String text = label.map(file -> SampleFiles.label(file.name(), file.content()))
                .orElse("");
        for (EncodedPicture picture : found) {
            sample.add(new EncodedPicture(picture.path(), text, picture.content()));
        }
    }

    private String nextFile() {
        try {
            TarArchiveEntry entry = tar.getNextEntry();
            while (entry != null && !entry.isFile()) {
                entry = tar.getNextEntry();
            }
            return entry == null ? null : TarNames.path(entry.getName());
        } catch (IOException | RuntimeException e) {
            throw damaged(e);
        }
    }

    private byte[] content() {
        try {
            return tar.readAllBytes();
        } catch (IOException | RuntimeException e) {
            throw damaged(e);
        }
    }

    /** The library fails on some damage with runtime exceptions of its own. */
    private MmcrException damaged(Exception cause) {
        IOException failure = cause instanceof IOException ofFile
                ? ofFile
                : new IOException(
                        Optional.ofNullable(cause.getMessage())
                                .filter(said -> !said.isBlank())
                                .orElse("damaged content"),
                        cause);
        return FileFailure.exception("a whole TAR archive " + shard, failure, "copy or download it again");
    }
}

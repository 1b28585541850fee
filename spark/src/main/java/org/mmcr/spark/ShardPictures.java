package org.mmcr.spark;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.mmcr.data.PictureDecoder;

/**
 * The pictures of one WebDataset shard, in its order, in the memory of one sample.
 *
 * <p>Adjacent files whose names agree up to the first dot of their last part are one sample: its pictures, and their class in
 * a {@code .cls} file where there is one.
 */
final class ShardPictures implements Iterator<EncodedPicture> {
    private final String shard;
    private final TarArchiveInputStream tar;
    private final Deque<EncodedPicture> sample = new ArrayDeque<>();
    private TarArchiveEntry ahead;

    ShardPictures(String shard, InputStream content) {
        this.shard = shard;
        this.tar = new TarArchiveInputStream(new BufferedInputStream(content, 1 << 16));
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

    private void readSample() {
        String key = key(ahead.getName());
        String label = "";
        Deque<EncodedPicture> found = new ArrayDeque<>();
        for (; ahead != null && key(ahead.getName()).equals(key); ahead = nextFile()) {
            String name = ahead.getName();
            if (name.endsWith(".cls")) {
                label = new String(content(), StandardCharsets.UTF_8).strip();
            } else if (PictureDecoder.isPicture(name)) {
                found.add(new EncodedPicture(shard + "/" + name, "", content()));
            }
        }
        for (EncodedPicture picture : found) {
            sample.add(new EncodedPicture(picture.path(), label, picture.content()));
        }
    }

    private static String key(String name) {
        int dot = name.indexOf('.', name.lastIndexOf('/') + 1);
        return dot < 0 ? name : name.substring(0, dot);
    }

    private TarArchiveEntry nextFile() {
        try {
            TarArchiveEntry entry = tar.getNextEntry();
            while (entry != null && !entry.isFile()) {
                entry = tar.getNextEntry();
            }
            return entry;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + shard, e);
        }
    }

    private byte[] content() {
        try {
            return tar.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + shard, e);
        }
    }
}

package org.mmcr.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.mmcr.data.io.MappedBytes;
import org.mmcr.data.io.TemporaryFile;

/** Files from a container without random access, copied to a temporary file that is memory-mapped. */
final class SpilledFiles implements FileTree {
    private final List<Entry> entries;
    private final MappedBytes content;
    /** Why a file has no content, by its name. */
    private final Map<String, String> missing;

    private SpilledFiles(List<Entry> entries, Map<String, String> missing, MappedBytes content) {
        this.entries = entries;
        this.missing = Map.copyOf(missing);
        this.content = content;
    }

    /** Writes the content of files one after the other. */
    static final class Writer implements AutoCloseable {
        private final TemporaryFile file;
        private final List<Long> offsets = new ArrayList<>();
        private final Map<Integer, String> missing = new HashMap<>();
        private long end;
        /** Bytes of the container that were read. */
        private long packed;

        Writer(DataOptions options) {
            file = new TemporaryFile(options.cacheDirectory());
        }

        /** Allows for the content of one more container. */
        void allow(long bytes) {
            packed += bytes;
        }

        /** Adds a file with the content, of a container that is named in messages. */
        void add(String container, byte[] content) {
            TemporaryFile.requireRatio(container, packed, end + content.length);
            offsets.add(end);
            file.append(ByteBuffer.wrap(content));
            end += content.length;
        }

        /** Adds a file without content, whose reading fails for a reason. */
        void addMissing(String reason) {
            missing.put(offsets.size(), reason);
            offsets.add(end);
        }

        /** Ends writing and returns the files under the given names, which are unique. */
        SpilledFiles seal(List<String> names) throws IOException {
            List<Entry> entries = new ArrayList<>(names.size());
            for (int i = 0; i < names.size(); i++) {
                long next = i + 1 < offsets.size() ? offsets.get(i + 1) : end;
                entries.add(new Entry(names.get(i), offsets.get(i).toString(), next - offsets.get(i)));
            }
            Map<String, String> reasons = new HashMap<>();
            missing.forEach((index, reason) -> reasons.put(names.get(index), reason));
            return new SpilledFiles(entries, reasons, file.seal());
        }

        @Override
        public void close() {
            file.close();
        }
    }

    @Override
    public List<Entry> entries() {
        return entries;
    }

    @Override
    public byte[] read(Entry entry) throws IOException {
        String reason = missing.get(entry.name());
        if (reason != null) {
            throw new IOException(reason);
        }
        FileTree.requireSize(entry.size());
        return content.read(Long.parseLong(entry.path()), Math.toIntExact(entry.size()));
    }
}

package org.mmcr.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.mmcr.data.io.MappedBytes;
import org.mmcr.data.io.TemporaryFile;

/** Files that came out of a container without random access: their content lies in a scratch file, which is mapped. */
final class SpilledFiles implements FileTree {
    private final List<Entry> entries;
    private final MappedBytes content;

    private SpilledFiles(List<Entry> entries, MappedBytes content) {
        this.entries = entries;
        this.content = content;
    }

    /** Takes files one after the other. */
    static final class Writer implements AutoCloseable {
        private final TemporaryFile file;
        private final List<Long> offsets = new ArrayList<>();
        private long end;

        Writer(DataOptions options) {
            file = new TemporaryFile(options.cacheDirectory());
        }

        void add(byte[] content) throws IOException {
            offsets.add(end);
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                end += file.channel().write(bytes);
            }
        }

        int count() {
            return offsets.size();
        }

        /** What was added, under these names, which are unique. */
        SpilledFiles seal(List<String> names) throws IOException {
            List<Entry> entries = new ArrayList<>(names.size());
            for (int i = 0; i < names.size(); i++) {
                long next = i + 1 < offsets.size() ? offsets.get(i + 1) : end;
                entries.add(new Entry(names.get(i), offsets.get(i).toString(), next - offsets.get(i)));
            }
            return new SpilledFiles(entries, file.seal());
        }

        @Override
        public void close() {
            file.close();
        }
    }

    /** In the order in which they were added. */
    @Override
    public List<Entry> entries() {
        return entries;
    }

    @Override
    public byte[] read(Entry entry) {
        return content.read(Long.parseLong(entry.path()), Math.toIntExact(entry.size()));
    }

    @Override
    public void close() {}
}

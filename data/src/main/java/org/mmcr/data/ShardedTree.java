package org.mmcr.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.mmcr.data.io.FileFailure;

/** The files of several TAR shards as one tree. If there is more than one shard, its name is the first folder. */
final class ShardedTree implements FileTree {
    private final List<TarTree> shards = new ArrayList<>();
    private final List<Entry> entries = new ArrayList<>();

    ShardedTree(List<Path> files) {
        for (Path file : files) {
            TarTree shard = open(file);
            String folder = files.size() == 1
                    ? ""
                    : file.getFileName().toString().replaceFirst("(\\.tar|\\.tar\\.gz|\\.tgz)$", "") + "/";
            for (Entry entry : shard.entries()) {
                entries.add(new Entry(folder + entry.name(), shards.size() + ":" + entry.path(), entry.size()));
            }
            shards.add(shard);
        }
    }

    private static TarTree open(Path file) {
        try {
            return new TarTree(file, "");
        } catch (IOException e) {
            throw FileFailure.exception("a whole TAR archive at " + file, e, "copy or download it again");
        }
    }

    @Override
    public List<Entry> entries() {
        return entries;
    }

    @Override
    public byte[] read(Entry entry) throws IOException {
        int colon = entry.path().indexOf(':');
        TarTree shard = shards.get(Integer.parseInt(entry.path().substring(0, colon)));
        return shard.read(new Entry(entry.name(), entry.path().substring(colon + 1), entry.size()));
    }
}

package org.mmcr.train.encoder;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.Json;

/** The tensors of one safetensors file, or of several that an {@code X.safetensors.index.json} names. */
final class WeightShards implements AutoCloseable {
    private static final String INDEX = ".index.json";
    private static final String WEIGHT_MAP = "weight_map";
    private static final int PICKLE = 0x80;

    private final List<ModelState> shards = new ArrayList<>();
    private final Map<String, ModelState> owners = new LinkedHashMap<>();
    private final Map<String, StateHeader.Entry> entries = new LinkedHashMap<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();

    private WeightShards() {}

    /**
     * Opens a file, or the files that an index names.
     *
     * @throws MmcrException if a file is missing, broken or a pickle, or a tensor is in two files or not where the
     *     index says
     */
    static WeightShards open(Path file) throws IOException {
        Path index = index(file);
        boolean indexed = index.equals(file) || !Files.isRegularFile(file);
        if (!Files.isRegularFile(indexed ? index : file)) {
            throw new MmcrException("expected a safetensors file of weights, found "
                    + (Files.isDirectory(file)
                            ? "the folder " + file + "; name the file in it"
                            : "no file " + file + "; check the path"));
        }
        WeightShards all = new WeightShards();
        try {
            for (Path shard : indexed ? shards(index) : List.of(file)) {
                all.add(shard);
            }
            if (indexed) {
                all.requireAll(index);
            }
            return all;
        } catch (IOException | RuntimeException e) {
            all.close();
            throw e;
        }
    }

    /** Returns the files that {@link #open} reads. */
    static List<Path> files(Path file) throws IOException {
        Path index = index(file);
        if (!Files.isRegularFile(index) || (!index.equals(file) && Files.isRegularFile(file))) {
            return List.of(file);
        }
        List<Path> all = new ArrayList<>(shards(index));
        all.add(index);
        return all;
    }

    private static Path index(Path file) {
        return file.toString().endsWith(INDEX) ? file : file.resolveSibling(file.getFileName() + INDEX);
    }

    private static List<Path> shards(Path index) throws IOException {
        TreeSet<String> names = new TreeSet<>();
        Json.tree(index, WEIGHT_MAP).get(WEIGHT_MAP).forEach(shard -> names.add(shard.asText()));
        List<Path> shards = new ArrayList<>();
        for (String name : names) {
            Path shard = index.resolveSibling(name).normalize();
            if (!Objects.equals(
                    index.toAbsolutePath().normalize().getParent(),
                    shard.toAbsolutePath().getParent())) {
                throw new MmcrException("expected files beside " + index + " in its weight_map, found " + name
                        + "; put all of them into one folder");
            }
            if (!Files.isRegularFile(shard)) {
                throw new MmcrException("expected the files that " + index + " names beside it, found no " + name
                        + "; download it too");
            }
            shards.add(shard);
        }
        return shards;
    }

    private void requireAll(Path index) throws IOException {
        List<String> missing = Json.tree(index, WEIGHT_MAP).get(WEIGHT_MAP).properties().stream()
                .map(Map.Entry::getKey)
                .filter(name -> !entries.containsKey(name))
                .toList();
        if (!missing.isEmpty()) {
            throw new MmcrException("expected the tensors of " + index + " in the files it names, found no "
                    + missing.get(0) + (missing.size() > 1 ? " and " + (missing.size() - 1) + " more" : "")
                    + "; download all files again");
        }
    }

    private void add(Path file) throws IOException {
        requireNoPickle(file);
        ModelState state = ModelState.open(file);
        shards.add(state);
        state.entries().forEach((name, entry) -> {
            if (entries.put(name, entry) != null) {
                throw new MmcrException("expected each tensor in one file, found " + name + " in " + file
                        + " and in another; download the files again");
            }
            owners.put(name, state);
        });
        state.metadata().forEach(metadata::putIfAbsent);
    }

    /** Refuses files of {@code torch.save}, new ones (ZIP archives) and old ones. */
    private static void requireNoPickle(Path file) throws IOException {
        ByteBuffer start = ByteBuffer.allocate(2);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            channel.read(start, 0);
        }
        boolean zip = start.get(0) == 'P' && start.get(1) == 'K';
        boolean pickle = (start.get(0) & 0xff) == PICKLE && start.get(1) < ' ' && start.get(1) > 0;
        if (zip || pickle) {
            throw new PickledWeightsException(file);
        }
    }

    /** Type and shape of every tensor by name, in the order of the files. */
    Map<String, StateHeader.Entry> entries() {
        return entries;
    }

    /** Free text stored with the tensors. */
    Map<String, String> metadata() {
        return metadata;
    }

    /** The file's tensor {@code name}, without a copy where its bytes are aligned; valid until {@link #close}. */
    Tensor view(String name) {
        return owners.get(name).view(entries.get(name));
    }

    @Override
    public void close() {
        shards.forEach(ModelState::close);
    }
}

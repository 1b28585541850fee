package org.mmcr.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.mmcr.MmcrException;

/**
 * TAR shards in which files of one key belong together: {@code key.jpg} is a picture, {@code key.cls} holds its label as text,
 * {@code key.json} holds it as {@code label}, {@code cls}, {@code class} or {@code target}. The key is the name up to the first
 * point after the last slash, as WebDataset has it. One shard, or a folder of them.
 */
final class WebDataset {
    private static final List<String> FIELDS = List.of("label", "cls", "class", "target");
    /** Pictures that are looked at to see whether an archive has labels beside them. */
    private static final int PROBED = 100;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final FileTree tree;
    private final List<FileTree.Entry> pictures;
    /** Label files by the key they belong to. */
    private final Map<String, FileTree.Entry> labelFiles = new HashMap<>();

    private WebDataset(FileTree tree) {
        this.tree = tree;
        pictures = tree.entries().stream()
                .filter(entry -> PictureDecoder.isPicture(entry.name()))
                .toList();
        for (FileTree.Entry entry : tree.entries()) {
            if (entry.name().endsWith(".json")) {
                labelFiles.putIfAbsent(key(entry.name()), entry);
            } else if (entry.name().endsWith(".cls")) {
                labelFiles.put(key(entry.name()), entry);
            }
        }
    }

    /** A folder of shards. */
    static Optional<DataSource> open(Place place, DataOptions options) throws IOException {
        List<Path> shards = Shards.find(place, WebDataset::isShard);
        if (shards.isEmpty()) {
            return Optional.empty();
        }
        WebDataset data = new WebDataset(new ShardedTree(shards));
        if (data.pictures.isEmpty()) {
            throw new MmcrException(
                    "no picture found in the " + shards.size() + " TAR shards of " + place.location()
                            + ": looked for key.jpg, .png, .gif or .bmp; name a folder whose shards hold pictures, or an archive in it");
        }
        return Optional.of(data.source(place.location(), options));
    }

    /** One archive, if labels lie beside its pictures; the source then owns {@code tree}. */
    static Optional<DataSource> open(String location, FileTree tree, DataOptions options) {
        WebDataset data = new WebDataset(tree);
        boolean labelled = data.pictures.stream()
                .limit(PROBED)
                .anyMatch(picture -> !data.label(picture).isEmpty());
        return labelled ? Optional.of(data.source(location, options)) : Optional.empty();
    }

    private DataSource source(String location, DataOptions options) {
        return EncodedPictures.open(
                location,
                tree,
                pictures,
                good -> ClassLabels.of(good.stream().map(this::label).toList()),
                options);
    }

    private static boolean isShard(String name) {
        return Stream.of(".tar", ".tar.gz", ".tgz").anyMatch(name::endsWith);
    }

    private static String key(String name) {
        int dot = name.indexOf('.', name.lastIndexOf('/') + 1);
        return dot < 0 ? name : name.substring(0, dot);
    }

    private String label(FileTree.Entry picture) {
        FileTree.Entry file = labelFiles.get(key(picture.name()));
        return file == null ? "" : read(file);
    }

    private String read(FileTree.Entry file) {
        try {
            byte[] content = tree.read(file);
            return file.name().toLowerCase(Locale.ROOT).endsWith(".cls")
                    ? new String(content, StandardCharsets.UTF_8).strip()
                    : fromJson(content);
        } catch (JsonProcessingException e) {
            throw unreadable(file, "JSON that ends early or is none", e);
        } catch (IOException e) {
            throw unreadable(file, String.valueOf(e.getMessage()), e);
        }
    }

    private static String fromJson(byte[] content) throws IOException {
        JsonNode document = JSON.readTree(content);
        return FIELDS.stream()
                .map(document::path)
                .filter(JsonNode::isValueNode)
                .map(JsonNode::asText)
                .findFirst()
                .orElse("");
    }

    private static MmcrException unreadable(FileTree.Entry file, String found, IOException cause) {
        return new MmcrException(
                "expected a label in " + file.name() + ", found " + found + "; mend or remove that file", cause);
    }
}

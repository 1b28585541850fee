package org.mmcr.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mmcr.core.MmcrException;

/**
 * Finds the shards of a data set in a folder. If names have a part ({@code train-00000.tar},
 * {@code imagenet1k-test-0.parquet}), {@code folder#test} selects a part; if there are
 * several, {@code train} is the default.
 */
final class Shards {
    /** A part at the start of a name or behind a separator; the first, if there are several. */
    private static final Pattern PART =
            Pattern.compile("(?:.*?[-_.])??(train|test|validation|valid|val|dev|unlabeled|unsupervised)(?=[-_.\\d]).*");

    private Shards() {}

    /** Returns the shards in order; none if the folder has none, or holds pictures at any depth. */
    static List<Path> find(DataLocation location, Predicate<String> isShard) throws IOException {
        if (!location.isFolder()) {
            return List.of();
        }
        Path inner = location.path().resolve(location.inner());
        if (Files.isDirectory(inner)) {
            List<Path> all = list(inner, isShard);
            long parts = all.stream().map(Shards::part).distinct().count();
            return parts > 1 ? ofPart(location, all, "train") : all;
        }
        List<Path> all = list(location.path().resolve(location.parent().inner()), isShard);
        return all.isEmpty() ? all : ofPart(location, all, location.part());
    }

    private static List<Path> list(Path folder, Predicate<String> isShard) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        List<FileTree.Entry> files = FolderTree.files(folder).entries();
        List<Path> shards = files.stream()
                .filter(file -> isShard.test(file.name().toLowerCase(Locale.ROOT)))
                .map(file -> folder.resolve(file.name()))
                .toList();
        // An archive left beside the folders that were unpacked from it is not the data.
        return shards.isEmpty() || FolderTree.holdsPicture(folder) ? List.of() : shards;
    }

    private static List<Path> ofPart(DataLocation location, List<Path> all, String wanted) {
        List<Path> shards =
                all.stream().filter(shard -> part(shard).equals(wanted)).toList();
        if (shards.isEmpty()) {
            TreeSet<String> parts = new TreeSet<>();
            all.forEach(shard -> parts.add(part(shard)));
            parts.remove("");
            throw new MmcrException("expected the part " + wanted + " among the " + all.size() + " files of "
                    + location.path() + ", found " + (parts.isEmpty() ? "no names of parts" : String.join(", ", parts))
                    + "; name one of these after the #");
        }
        return shards;
    }

    private static String part(Path shard) {
        Matcher matcher = PART.matcher(shard.getFileName().toString().toLowerCase(Locale.ROOT));
        return matcher.matches() ? matcher.group(1) : "";
    }
}

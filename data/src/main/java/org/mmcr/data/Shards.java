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
 * The files of one folder that together hold a data set. Where their names begin with its parts ({@code train-00000.tar},
 * {@code test-0.parquet}), {@code #test} names one, and without it {@code train} is meant.
 */
final class Shards {
    private static final Pattern PART =
            Pattern.compile("(train|test|validation|valid|val|dev|unlabeled|unsupervised)(?=[-_.\\d]).*");

    private Shards() {}

    /** The shards in order; none when the folder has none, or pictures beside them. */
    static List<Path> find(Place place, Predicate<String> isShard) throws IOException {
        if (!place.isFolder()) {
            return List.of();
        }
        Path inner = place.path().resolve(place.inner());
        if (Files.isDirectory(inner)) {
            List<Path> all = list(inner, isShard);
            return all.stream().anyMatch(shard -> !part(shard).isEmpty()) ? ofPart(place, all, "train") : all;
        }
        List<Path> all = list(place.path().resolve(place.parent().inner()), isShard);
        return all.isEmpty() ? all : ofPart(place, all, place.part());
    }

    private static List<Path> list(Path folder, Predicate<String> isShard) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        List<FileTree.Entry> files;
        try (FolderTree tree = FolderTree.files(folder)) {
            files = tree.entries();
        }
        boolean pictures = files.stream().anyMatch(file -> PictureDecoder.isPicture(file.name()));
        return pictures
                ? List.of()
                : files.stream()
                        .filter(file -> isShard.test(file.name().toLowerCase(Locale.ROOT)))
                        .map(file -> folder.resolve(file.name()))
                        .toList();
    }

    private static List<Path> ofPart(Place place, List<Path> all, String wanted) {
        List<Path> shards =
                all.stream().filter(shard -> part(shard).equals(wanted)).toList();
        if (shards.isEmpty()) {
            TreeSet<String> parts = new TreeSet<>();
            all.forEach(shard -> parts.add(part(shard)));
            parts.remove("");
            throw new MmcrException("expected the part " + wanted + " among the " + all.size() + " files of "
                    + place.path() + ", found " + (parts.isEmpty() ? "none named for a part" : String.join(", ", parts))
                    + "; name one of these after the #");
        }
        return shards;
    }

    private static String part(Path shard) {
        Matcher matcher = PART.matcher(shard.getFileName().toString().toLowerCase(Locale.ROOT));
        return matcher.matches() ? matcher.group(1) : "";
    }
}

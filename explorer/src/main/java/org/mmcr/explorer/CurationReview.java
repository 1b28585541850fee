package org.mmcr.explorer;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.mmcr.analysis.curate.CurationRow;
import org.mmcr.data.PictureSource;
import org.mmcr.explorer.curation.ReviewStore;

/**
 * The review of a curation beside the pictures that are shown.
 *
 * @param store of the decisions
 * @param pictures index of each picture by its name
 */
record CurationReview(ReviewStore store, Map<String, Integer> pictures) {
    private static final String FILE = "curation.csv";

    /**
     * The review as the page shows it.
     *
     * @param file that is reviewed; empty if it cannot be
     * @param counts of suggestions
     * @param undo description of what undo reverts; empty without an action
     * @param redo description of what redo applies again
     * @param problem why the curation cannot be reviewed; empty if it can
     */
    record Summary(String file, List<ReviewStore.Count> counts, String undo, String redo, String problem) {
        static Summary of(String problem) {
            return new Summary("", List.of(), "", "", problem);
        }
    }

    /** Opens the review that the options ask for, or that of a curation in the first run's folder. */
    static Optional<CurationReview> open(ExploreOptions options, Path decisions, PictureSource data) {
        Optional<Path> file = options.curation().map(CurationReview::inside).or(() -> found(options));
        return file.map(csv -> {
            Map<String, Integer> pictures = new HashMap<>();
            for (int i = 0; i < data.size(); i++) {
                pictures.put(data.name(i), i);
            }
            return new CurationReview(ReviewStore.open(csv, decisions, pictures.keySet()), pictures);
        });
    }

    private static Path inside(Path given) {
        return Files.isDirectory(given) ? given.resolve(FILE) : given;
    }

    private static Optional<Path> found(ExploreOptions options) {
        return options.runs().stream()
                .limit(1)
                .flatMap(run -> Stream.of(
                        run.root().resolve(FILE), run.root().resolve("curation").resolve(FILE)))
                .filter(Files::isRegularFile)
                .findFirst();
    }

    /** Returns the index of a picture by its name, -1 if it is not among those shown. */
    int picture(String name) {
        return pictures.getOrDefault(name, -1);
    }

    /**
     * Returns the index of the picture that a row is a duplicate of; -1 if it is in the data compared with, where
     * another picture may have the same name, or if it is not among those shown.
     */
    int original(CurationRow row) {
        return row.duplicateIn().equals(CurationRow.AGAINST) ? -1 : picture(row.duplicateOf());
    }

    Summary summary() {
        return new Summary(store.curation().toString(), store.counts(), store.undoable(), store.redoable(), "");
    }
}

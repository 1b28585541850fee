package org.mmcr.explorer.curation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mmcr.data.Fuzzer;
import org.mmcr.explorer.curation.ReviewAction.Item;
import org.mmcr.explorer.curation.ReviewAction.Kind;

/** Damaged decisions about a curation, and damaged curations with decisions. */
@Tag("long")
class ReviewFuzzTest {
    private static final Set<String> PICTURES = Set.of("a.png", "b.png", "c, d.png");
    private static final String CURATION = """
            path,label,flags,duplicate_of,duplicate_in,duplicate_score,outlier,label_issue,suggested_label
            a.png,cat,,,,0.2,0.1,0.1,
            b.png,cat,duplicate;label,a.png,data,0.9,0.1,0.8,dog
            "c, d.png",dog,outlier,,,0.1,0.7,0.2,
            """;

    @TempDir
    static Path made;

    @TempDir
    Path folder;

    @ParameterizedTest
    @MethodSource
    void file_damaged_isReadOrFailsInOneLine(Fuzzer.Target target) throws Exception {
        Fuzzer.run(target, folder);
    }

    static List<Fuzzer.Target> file_damaged_isReadOrFailsInOneLine() throws IOException {
        Path curation = Files.writeString(made.resolve("curation.csv"), CURATION);
        Path decisions = made.resolve("review.jsonl");
        try (ReviewStore store = ReviewStore.open(curation, decisions, PICTURES)) {
            store.apply(new ReviewAction(Kind.CONFIRM, List.of(new Item("b.png", "label"))));
            store.apply(new ReviewAction(
                    Kind.DISMISS, List.of(new Item("b.png", "duplicate"), new Item("c, d.png", "outlier"))));
            store.apply(new ReviewAction(Kind.UNDO, List.of()));
            store.apply(new ReviewAction(Kind.REDO, List.of()));
        }
        return List.of(
                new Fuzzer.Target(
                        "review.jsonl", 300, List.of(Files.readAllBytes(decisions)), file -> read(curation, file)),
                Fuzzer.Target.inPlaceOf(curation, 150, file -> read(file, decisions)));
    }

    /** Opens a review and reads everything that its page shows. */
    private static void read(Path curation, Path decisions) {
        try (ReviewStore store = ReviewStore.open(curation, decisions, PICTURES)) {
            store.counts();
            store.page("", "", 0, 10);
            store.undoable();
            store.redoable();
            store.csv();
        }
    }
}

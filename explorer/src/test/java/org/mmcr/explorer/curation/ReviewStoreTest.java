package org.mmcr.explorer.curation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mmcr.analysis.curate.CurationFiles;
import org.mmcr.analysis.curate.CurationRow;
import org.mmcr.core.MmcrException;
import org.mmcr.explorer.curation.ReviewAction.Item;
import org.mmcr.explorer.curation.ReviewAction.Kind;

class ReviewStoreTest {
    private static final String TABLE = """
            path,label,flags,duplicate_of,duplicate_score,outlier,label_issue,suggested_label
            a.png,cat,,,0.2,0.1,0.1,
            b.png,cat,duplicate;label,a.png,0.9,0.1,0.8,dog
            "c, d.png",dog,outlier,,0.1,0.7,0.2,
            e.png,dog,label,,0.1,0.1,0.95,cat
            gone.png,,broken,,0.0,0.0,0.0,
            """;

    @TempDir
    private Path folder;

    private Path curation;

    @BeforeEach
    void writeCuration() throws IOException {
        curation = Files.writeString(folder.resolve("curation.csv"), TABLE);
    }

    private ReviewStore open() {
        return ReviewStore.open(
                curation, folder.resolve("review.jsonl"), Set.of("a.png", "b.png", "c, d.png", "e.png"));
    }

    private static ReviewAction decide(Kind kind, String path, String flag) {
        return new ReviewAction(kind, List.of(new Item(path, flag)));
    }

    @Test
    void csv_dismissedFlags_areGoneAndTheRestIsKept_alsoAfterOpeningAgain() throws IOException {
        try (ReviewStore store = open()) {
            store.apply(decide(Kind.DISMISS, "b.png", "label"));
            store.apply(decide(Kind.CONFIRM, "b.png", "duplicate"));
            store.apply(decide(Kind.DISMISS, "c, d.png", "outlier"));
        }
        Path reviewed = folder.resolve("reviewed.csv");
        try (ReviewStore store = open()) {
            Files.write(reviewed, store.csv());
            assertThat(store.counts())
                    .containsExactly(
                            new ReviewStore.Count("duplicate", 0, 1, 0),
                            new ReviewStore.Count("label", 1, 0, 1),
                            new ReviewStore.Count("outlier", 0, 0, 1),
                            new ReviewStore.Count("broken", 1, 0, 0));
        }
        List<CurationRow> before = CurationFiles.read(curation);
        List<CurationRow> after = CurationFiles.read(reviewed);
        assertThat(after.stream().map(CurationRow::flags))
                .containsExactly(List.of(), List.of("duplicate"), List.of(), List.of("label"), List.of("broken"));
        for (int i = 0; i < before.size(); i++) {
            assertThat(after.get(i).withFlags(List.of()))
                    .isEqualTo(before.get(i).withFlags(List.of()));
        }
    }

    @Test
    void undoAndRedo_ofADecision_restoreItAndTheOneBefore() {
        try (ReviewStore store = open()) {
            store.apply(decide(Kind.CONFIRM, "e.png", "label"));
            store.apply(decide(Kind.DISMISS, "e.png", "label"));
            assertThat(store.undoable()).isEqualTo("label of e.png dismissed");
            store.apply(new ReviewAction(Kind.UNDO, List.of()));
            assertThat(store.page("label", "confirm", 0, 9).total()).isEqualTo(1);
            store.apply(new ReviewAction(Kind.UNDO, List.of()));
            assertThat(store.page("label", "open", 0, 9).total()).isEqualTo(2);
            store.apply(new ReviewAction(Kind.REDO, List.of()));
            store.apply(new ReviewAction(Kind.REDO, List.of()));
            assertThat(store.page("label", "dismiss", 0, 9).total()).isEqualTo(1);
            assertThat(store.redoable()).isEmpty();
        }
    }

    @Test
    void page_ofAKind_givesTheSurestFirst() {
        try (ReviewStore store = open()) {
            assertThat(store.page("label", "", 0, 9).items().stream()
                            .map(one -> one.item().path()))
                    .containsExactly("e.png", "b.png");
            assertThat(store.page("", "", 1, 2).items()).hasSize(2);
            assertThat(store.page("", "", 9, 2).items()).isEmpty();
        }
    }

    @Test
    void apply_whatTheCurationDoesNotSuggest_failsAndWritesNothing() throws IOException {
        try (ReviewStore store = open()) {
            for (ReviewAction action : List.of(
                    decide(Kind.CONFIRM, "a.png", "label"),
                    decide(Kind.CONFIRM, "nowhere.png", "label"),
                    new ReviewAction(Kind.CONFIRM, List.of()),
                    new ReviewAction(Kind.UNDO, List.of()),
                    new ReviewAction(Kind.REDO, List.of()))) {
                assertThatThrownBy(() -> store.apply(action)).isInstanceOf(MmcrException.class);
            }
        }
        assertThat(folder.resolve("review.jsonl")).isEmptyFile();
    }

    @Test
    void open_lineTornByTheEndOfItsProcess_isCutOff() throws IOException {
        try (ReviewStore store = open()) {
            store.apply(decide(Kind.CONFIRM, "e.png", "label"));
            assertThatThrownBy(this::open).hasMessageContaining("in use");
        }
        Files.writeString(folder.resolve("review.jsonl"), "{\"action\":\"conf", StandardOpenOption.APPEND);
        try (ReviewStore store = open()) {
            assertThat(store.page("label", "confirm", 0, 9).total()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "{}",
                "{\"action\":\"explode\"}",
                "{\"action\":\"undo\"}",
                "{\"action\":\"confirm\",\"items\":[{\"path\":\"a\"}]}"
            })
    void open_lineThatIsNoAction_failsByNumber(String line) throws IOException {
        Files.writeString(folder.resolve("review.jsonl"), line + "\n");
        assertThatThrownBy(this::open).isInstanceOf(MmcrException.class).hasMessageContaining("line 1");
    }

    @Test
    void open_curationOfOtherPicturesOrNone_failsInWords() throws IOException {
        Path file = folder.resolve("review.jsonl");
        assertThatThrownBy(() -> ReviewStore.open(curation, file, Set.of("x.png")))
                .hasMessageContaining("expected a curation of these pictures");
        Files.writeString(curation, "name,label\na,b\n");
        assertThatThrownBy(this::open).hasMessageContaining("expected the columns path and flags");
        Files.writeString(curation, "path,flags,outlier\na.png,outlier,much\n");
        assertThatThrownBy(this::open).hasMessageContaining("row 2");
        Files.writeString(curation, "path,flags\na.png,outlier\n");
        try (ReviewStore store = open()) {
            assertThat(store.counts()).containsExactly(new ReviewStore.Count("outlier", 1, 0, 0));
        }
        Files.delete(curation);
        assertThatThrownBy(this::open).hasMessageContaining("check the path");
    }
}

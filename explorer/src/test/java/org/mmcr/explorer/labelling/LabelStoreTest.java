package org.mmcr.explorer.labelling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mmcr.core.MmcrException;
import org.mmcr.data.ChildJvm;
import org.mmcr.data.TestPictures;

class LabelStoreTest {
    private static final TestPictures DATA = KilledLabeller.pictures(10);

    @TempDir
    private Path folder;

    private LabelStore open() {
        return LabelStore.open(folder.resolve("labels.jsonl"), DATA);
    }

    private static LabelAction assign(String label, String... pictures) {
        return new LabelAction.Assign(List.of(pictures), label, false);
    }

    private static Map<String, String> byName(Labels labels) {
        Map<String, String> found = new LinkedHashMap<>();
        for (int picture : labels.labelled()) {
            found.put("p" + picture, labels.names().get(labels.of()[picture]));
        }
        return found;
    }

    @Test
    void keep_severalActions_areThereWhenOpenedAgain() {
        try (LabelStore store = open()) {
            store.apply(assign("cat", "p1", "p2", "p3"));
            store.apply(new LabelAction.Assign(List.of("p4"), "dog", true));
            store.apply(new LabelAction.Clear(List.of("p2")));
            store.apply(new LabelAction.Rename("dog", "hound"));
        }
        try (LabelStore store = open()) {
            assertThat(byName(store.labels())).isEqualTo(Map.of("p1", "cat", "p3", "cat", "p4", "hound"));
            assertThat(store.labels().counts()).containsExactly(2, 1);
            assertThat(store.labels().random().stream()).containsExactly(4);
        }
    }

    @Test
    void file_ofOtherData_isAnotherFile() {
        Path file = LabelStore.file(folder, DATA);
        assertThat(LabelStore.file(folder, DATA.withFingerprint("other"))).isNotEqualTo(file);
        assertThat(LabelStore.file(folder, DATA.withNames(index -> "q" + index)))
                .as("the fingerprint alone decides")
                .isEqualTo(file);
    }

    @Test
    void undo_eachKindOfAction_restoresWhatWasBefore() {
        try (LabelStore store = open()) {
            store.apply(new LabelAction.Assign(List.of("p1"), "cat", true));
            store.apply(assign("dog", "p2", "p3"));
            Map<String, String> before = byName(store.labels());
            for (LabelAction action : List.of(
                    assign("cat", "p2", "p9"),
                    new LabelAction.Clear(List.of("p1", "p5")),
                    new LabelAction.Delete("cat"),
                    new LabelAction.Rename("cat", "lion"),
                    new LabelAction.Merge("cat", "dog"))) {
                store.apply(action);
                assertThat(byName(store.labels())).isNotEqualTo(before);
                assertThat(store.labels().undoable()).isPresent();
                store.apply(new LabelAction.Undo());
                assertThat(byName(store.labels())).isEqualTo(before);
                assertThat(store.labels().random().stream()).containsExactly(1);
            }
        }
    }

    @Test
    void rename_toNameThatWasMergedAway_isPossible() {
        try (LabelStore store = open()) {
            store.apply(assign("cat", "p1"));
            store.apply(assign("dog", "p2"));
            store.apply(new LabelAction.Merge("cat", "dog"));
            assertThat(store.labels().names()).containsExactly("dog");
            Labels labels = store.apply(new LabelAction.Rename("dog", "cat"));
            assertThat(byName(labels)).isEqualTo(Map.of("p1", "cat", "p2", "cat"));
        }
    }

    @Test
    void apply_invalidActions_failAndChangeNothing() throws IOException {
        try (LabelStore store = open()) {
            store.apply(assign("cat", "p1"));
            store.apply(assign("dog", "p2"));
            byte[] before = Files.readAllBytes(store.file());
            for (LabelAction action : List.of(
                    assign("", "p1"),
                    assign(" cat", "p1"),
                    assign("a\nb", "p1"),
                    assign("a\ud800", "p1"),
                    assign("x".repeat(81), "p1"),
                    assign("cat"),
                    assign("cat", "nowhere"),
                    new LabelAction.Delete("bird"),
                    new LabelAction.Rename("bird", "owl"),
                    new LabelAction.Rename("cat", "dog"),
                    new LabelAction.Merge("cat", "cat"),
                    new LabelAction.Merge("cat", "owl"))) {
                assertThatThrownBy(() -> store.apply(action)).isInstanceOf(MmcrException.class);
            }
            assertThat(Files.readAllBytes(store.file())).isEqualTo(before);
        }
        try (LabelStore empty = LabelStore.open(folder.resolve("empty.jsonl"), DATA)) {
            assertThatThrownBy(() -> empty.apply(new LabelAction.Undo())).hasMessageContaining("nothing to undo");
        }
    }

    @Test
    void change_ofTwoEqualActions_hasItsOwnNumberAndKeepsIt() {
        try (LabelStore store = open()) {
            store.apply(assign("cat", "p1"));
            Optional<Labels.Change> first = store.labels().undoable();
            store.apply(assign("cat", "p2"));
            Optional<Labels.Change> second = store.labels().undoable();
            assertThat(second).isNotEqualTo(first);
            store.apply(new LabelAction.Undo());
            assertThat(store.labels().undoable()).isEqualTo(first);
            assertThat(store.labels().redoable()).isEqualTo(second);
            store.apply(new LabelAction.Redo());
            assertThat(store.labels().undoable()).isEqualTo(second);
        }
    }

    @Test
    void redo_afterUndo_restoresEachAction_untilAnotherOne() {
        try (LabelStore store = open()) {
            store.apply(assign("cat", "p1"));
            store.apply(new LabelAction.AssignEach(List.of("p1", "p2"), List.of("dog", "cat")));
            Map<String, String> after = byName(store.labels());
            assertThat(after).isEqualTo(Map.of("p1", "dog", "p2", "cat"));
            store.apply(new LabelAction.Undo());
            store.apply(new LabelAction.Undo());
            assertThat(byName(store.labels())).isEmpty();
            assertThat(store.labels().redoable()).contains(new Labels.Change(1, "1 × cat"));
            store.apply(new LabelAction.Redo());
            store.apply(new LabelAction.Redo());
            assertThat(byName(store.labels())).isEqualTo(after);
            assertThat(store.labels().redoable()).isEmpty();
            store.apply(new LabelAction.Undo());
            store.apply(assign("bird", "p3"));
            assertThatThrownBy(() -> store.apply(new LabelAction.Redo())).hasMessageContaining("nothing to redo");
        }
        try (LabelStore store = open()) {
            assertThat(byName(store.labels())).isEqualTo(Map.of("p1", "cat", "p3", "bird"));
        }
    }

    @Test
    void open_lineTornByTheEndOfItsProcess_isCutOffAndTheRestKept() throws IOException {
        try (LabelStore store = open()) {
            store.apply(assign("cat", "p1"));
        }
        Path file = folder.resolve("labels.jsonl");
        Files.writeString(file, "{\"action\":\"assign\",\"pict", StandardOpenOption.APPEND);
        try (LabelStore store = open()) {
            assertThat(byName(store.labels())).isEqualTo(Map.of("p1", "cat"));
            store.apply(assign("dog", "p2"));
        }
        try (LabelStore store = open()) {
            assertThat(byName(store.labels())).isEqualTo(Map.of("p1", "cat", "p2", "dog"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense",
                "",
                "null",
                "{\"action\":\"explode\"}",
                "{\"action\":\"undo\"}",
                "{\"action\":\"assign\",\"label\":\"cat\"}"
            })
    void open_lineThatIsNoAction_failsByNumber(String line) throws IOException {
        Path file = folder.resolve("labels.jsonl");
        Files.writeString(file, line + "\n");
        assertThatThrownBy(this::open).hasMessageContaining("line 1").hasMessageContaining("correct or remove");
    }

    @Test
    void of_actionWithoutItsNames_isRefused() throws IOException {
        for (String action :
                List.of("assign\",\"pictures\":[\"p1\"]", "rename\",\"from\":\"x\"", "merge\",\"into\":\"x\"")) {
            Path file = folder.resolve("labels.jsonl");
            Files.writeString(file, "{\"action\":\"" + action + "}\n");
            assertThatThrownBy(() -> LabelStore.open(file, DATA))
                    .isInstanceOf(MmcrException.class)
                    .hasMessageContaining("line 1");
        }
    }

    @Test
    void open_whileOpen_fails() {
        try (LabelStore first = open()) {
            assertThat(first.labels().size()).isZero();
            assertThatThrownBy(this::open).hasMessageContaining("in use");
        }
    }

    /** A lock that is dropped when its process closes another descriptor of the file would let the second one in. */
    @Test
    void open_whileAnotherProcessLabels_failsAndLosesNothing() throws Exception {
        Path file = folder.resolve("labels.jsonl");
        Process first = labeller(file);
        int last;
        try (BufferedReader lines = first.inputReader(StandardCharsets.UTF_8)) {
            last = awaitPicture(lines, 20);
            for (int attempt = 0; attempt < 2; attempt++) {
                assertThatThrownBy(this::open)
                        .isInstanceOf(MmcrException.class)
                        .hasMessageContaining(file.toString())
                        .hasMessageContaining("close that one first");
                assertFails(labeller(file));
                last = awaitPicture(lines, last + 20);
            }
            first.destroyForcibly().waitFor();
        }
        try (LabelStore store = LabelStore.open(file, KilledLabeller.pictures(KilledLabeller.PICTURES))) {
            assertThat(store.labels().size()).isGreaterThan(last);
        }
    }

    @Test
    void open_fileReadAndClosedByTheSameProcess_staysLockedForOthers() throws Exception {
        Path file = folder.resolve("labels.jsonl");
        try (LabelStore store = open()) {
            store.apply(assign("cat", "p1"));
            assertThat(Files.readString(file)).contains("cat"); // opens and closes a descriptor of this process
            assertFails(labeller(file));
            store.apply(assign("dog", "p2"));
        }
        try (LabelStore store = open()) {
            assertThat(byName(store.labels())).isEqualTo(Map.of("p1", "cat", "p2", "dog"));
        }
    }

    @Test
    void open_picturesGoneFromTheData_areKeptInTheFileAndPassedOver() {
        try (LabelStore store = open()) {
            store.apply(assign("cat", "p1", "p9"));
        }
        try (LabelStore smaller = LabelStore.open(folder.resolve("labels.jsonl"), KilledLabeller.pictures(5))) {
            assertThat(byName(smaller.labels())).isEqualTo(Map.of("p1", "cat"));
        }
        try (LabelStore store = open()) {
            assertThat(byName(store.labels())).hasSize(2);
        }
    }

    /** The slow twin: all actions that stand, applied anew to a map. */
    @Test
    void apply_manyRandomActions_equalsAReplayOfThoseNotUndone() {
        SplittableRandom random = new SplittableRandom(5);
        List<LabelAction> standing = new ArrayList<>();
        List<LabelAction> undone = new ArrayList<>();
        try (LabelStore store = open()) {
            for (int i = 0; i < 400; i++) {
                LabelAction action = drawn(random, List.copyOf(store.labels().names()));
                try {
                    store.apply(action);
                } catch (MmcrException failure) {
                    continue;
                }
                if (action instanceof LabelAction.Undo) {
                    undone.add(standing.remove(standing.size() - 1));
                } else if (action instanceof LabelAction.Redo) {
                    standing.add(undone.remove(undone.size() - 1));
                } else {
                    undone.clear();
                    standing.add(action);
                }
                assertThat(new HashMap<>(byName(store.labels()))).isEqualTo(replay(standing));
            }
        }
        assertThat(standing).hasSizeGreaterThan(50);
    }

    private static LabelAction drawn(SplittableRandom random, List<String> names) {
        String some = names.isEmpty() ? "none" : names.get(random.nextInt(names.size()));
        String other = "n" + random.nextInt(6);
        List<String> pictures = IntStream.range(0, 1 + random.nextInt(3))
                .mapToObj(i -> "p" + random.nextInt(10))
                .toList();
        return switch (random.nextInt(10)) {
            case 0 -> new LabelAction.Undo();
            case 1 -> new LabelAction.Rename(some, other);
            case 2 -> new LabelAction.Merge(some, other);
            case 3 -> new LabelAction.Clear(pictures);
            case 4, 5 -> new LabelAction.Redo();
            case 6 ->
                new LabelAction.AssignEach(
                        pictures,
                        pictures.stream()
                                .map(picture -> "n" + random.nextInt(6))
                                .toList());
            default -> new LabelAction.Assign(pictures, other, false);
        };
    }

    private static Map<String, String> replay(List<LabelAction> actions) {
        Map<String, String> labels = new HashMap<>();
        for (LabelAction action : actions) {
            if (action instanceof LabelAction.Assign assign) {
                assign.pictures().forEach(picture -> labels.put(picture, assign.label()));
            } else if (action instanceof LabelAction.AssignEach each) {
                IntStream.range(0, each.pictures().size())
                        .forEach(i ->
                                labels.put(each.pictures().get(i), each.labels().get(i)));
            } else if (action instanceof LabelAction.Clear clear) {
                clear.pictures().forEach(labels::remove);
            } else if (action instanceof LabelAction.Rename rename) {
                labels.replaceAll((picture, label) -> label.equals(rename.from()) ? rename.to() : label);
            } else if (action instanceof LabelAction.Merge merge) {
                labels.replaceAll((picture, label) -> label.equals(merge.from()) ? merge.into() : label);
            }
        }
        return labels;
    }

    @Test
    void keep_processKilledWithoutWarning_losesNothingItAcknowledged() throws Exception {
        Path file = folder.resolve("killed.jsonl");
        int acknowledged = 0;
        for (int kill = 0; kill < 2; kill++) {
            acknowledged = labelAndKill(file, acknowledged + 20 + 17 * kill);
            try (LabelStore store = LabelStore.open(file, KilledLabeller.pictures(KilledLabeller.PICTURES))) {
                Labels labels = store.labels();
                assertThat(labels.size()).isGreaterThan(acknowledged);
                for (int i = 0; i <= acknowledged; i++) {
                    assertThat(labels.names().get(labels.of()[i])).isEqualTo("kind " + i % 3);
                }
                acknowledged = labels.size();
            }
        }
    }

    /** Starts a process that labels picture after picture and prints each that it has acknowledged. */
    private static Process labeller(Path file) throws IOException {
        return new ProcessBuilder(ChildJvm.command(KilledLabeller.class, file))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static void assertFails(Process second) throws InterruptedException {
        boolean ended = second.waitFor(30, TimeUnit.SECONDS);
        second.destroyForcibly();
        assertThat(ended).as("a second process labels beside the first").isTrue();
        assertThat(second.exitValue()).isNotZero();
    }

    /** Reads until a picture at or after {@code until} is acknowledged; returns it. */
    private static int awaitPicture(BufferedReader lines, int until) throws IOException {
        int last = -1;
        while (last < until) {
            String line = lines.readLine();
            assertThat(line).as("the labeller ended early").isNotNull();
            last = Integer.parseInt(line);
        }
        return last;
    }

    /** Kills a labeller once it has acknowledged a picture at or after {@code until}; the last one it acknowledged. */
    private static int labelAndKill(Path file, int until) throws IOException, InterruptedException {
        Process process = labeller(file);
        int last = -1;
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            last = awaitPicture(lines, until);
            process.destroyForcibly().waitFor();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                last = line.matches("\\d+") ? Integer.parseInt(line) : last;
            }
        } catch (IOException closed) {
            process.destroyForcibly().waitFor();
        }
        return last;
    }
}

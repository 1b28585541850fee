package org.mmcr.explorer.curation;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.mmcr.analysis.curate.CurationFiles;
import org.mmcr.analysis.curate.CurationRow;
import org.mmcr.core.MmcrException;
import org.mmcr.explorer.curation.ReviewAction.Item;
import org.mmcr.explorer.curation.ReviewAction.Kind;
import org.mmcr.explorer.labelling.ActionLog;

/**
 * A persistent review of a {@code curation.csv}: each of its suggestions is open, confirmed or dismissed. An action is
 * validated, written and forced to disk before it is applied and acknowledged. Thread-safe; one process at a time.
 */
public final class ReviewStore implements AutoCloseable {
    private final Path curation;
    private final ActionLog log;
    private final ReviewState state;

    private ReviewStore(Path curation, ActionLog log, ReviewState state) {
        this.curation = curation;
        this.log = log;
        this.state = state;
    }

    /**
     * Numbers of suggestions of one kind.
     *
     * @param flag duplicate, outlier, label or broken
     * @param open without a decision
     * @param confirmed right
     * @param dismissed wrong
     */
    public record Count(String flag, int open, int confirmed, int dismissed) {}

    /**
     * Suggestions that match a query, with their decisions.
     *
     * @param total number of matches
     * @param items a part of them, the surest first
     * @param decisions of the items; empty while open
     */
    public record Page(int total, List<ReviewItem> items, List<Optional<Kind>> decisions) {}

    /**
     * Opens the review of a curation.
     *
     * @param curation a {@code curation.csv}
     * @param file of the actions, created if it does not exist
     * @param pictures names of the pictures that are shown
     * @throws MmcrException if a file cannot be read, the review is open already, or the curation is of other pictures
     */
    public static ReviewStore open(Path curation, Path file, Set<String> pictures) {
        List<CurationRow> rows = CurationFiles.read(curation);
        if (rows.stream().noneMatch(row -> pictures.contains(row.path()))) {
            throw new MmcrException("expected a curation of these pictures in " + curation
                    + ", found none of them named there; give the --data that was curated");
        }
        ReviewState state = new ReviewState(rows);
        return new ReviewStore(
                curation, ActionLog.open(file, "decisions", line -> state.apply(ReviewAction.of(line))), state);
    }

    /** Writes an action to disk and applies it. */
    public synchronized void apply(ReviewAction action) {
        state.check(action);
        log.append(action);
        state.apply(action);
    }

    /** Returns the number of suggestions of each kind that there are. */
    public synchronized List<Count> counts() {
        Map<String, int[]> counts = new LinkedHashMap<>();
        CurationRow.FLAGS.forEach(flag -> counts.put(flag, new int[3]));
        for (ReviewItem one : state.items()) {
            counts.computeIfAbsent(one.item().flag(), flag -> new int[3])[column(state.decision(one.item()))]++;
        }
        List<Count> found = new ArrayList<>();
        counts.forEach((flag, numbers) -> {
            if (numbers[0] + numbers[1] + numbers[2] > 0) {
                found.add(new Count(flag, numbers[0], numbers[1], numbers[2]));
            }
        });
        return found;
    }

    private static int column(Optional<Kind> decision) {
        return decision.isEmpty() ? 0 : decision.get() == Kind.CONFIRM ? 1 : 2;
    }

    /**
     * Returns suggestions.
     *
     * @param flag of one kind alone; empty for all
     * @param decision {@code open}, {@code confirm}, {@code dismiss}, or empty for all
     */
    public synchronized Page page(String flag, String decision, int offset, int count) {
        List<ReviewItem> found = state.items().stream()
                .filter(one -> flag.isEmpty() || flag.equals(one.item().flag()))
                .filter(one -> decision.isEmpty() || decision.equals(name(state.decision(one.item()))))
                .toList();
        List<ReviewItem> items = found.stream().skip(offset).limit(count).toList();
        return new Page(
                found.size(),
                items,
                items.stream().map(one -> state.decision(one.item())).toList());
    }

    /** Returns {@code open}, {@code confirm} or {@code dismiss}. */
    public static String name(Optional<Kind> decision) {
        return decision.isEmpty() ? "open" : decision.get() == Kind.CONFIRM ? "confirm" : "dismiss";
    }

    /** Returns a description of what undo reverts; empty if there is nothing. */
    public synchronized String undoable() {
        return state.undoable().map(ReviewStore::describe).orElse("");
    }

    /** Returns a description of what redo applies again; empty if there is nothing. */
    public synchronized String redoable() {
        return state.redoable().map(ReviewStore::describe).orElse("");
    }

    private static String describe(ReviewAction action) {
        List<Item> items = action.items();
        String what =
                items.size() == 1 ? items.get(0).flag() + " of " + items.get(0).path() : items.size() + " suggestions";
        return what + (action.action() == Kind.CONFIRM ? " confirmed" : " dismissed");
    }

    /** Returns the curation without the dismissed flags, as a {@code curation.csv}; open suggestions keep theirs. */
    public synchronized byte[] csv() {
        return CurationRow.csv(state.reviewed()).getBytes(StandardCharsets.UTF_8);
    }

    /** Returns the reviewed file. */
    public Path curation() {
        return curation;
    }

    @Override
    public void close() {
        log.close();
    }
}

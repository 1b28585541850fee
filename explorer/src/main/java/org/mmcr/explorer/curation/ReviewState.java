package org.mmcr.explorer.curation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.mmcr.analysis.curate.CurationRow;
import org.mmcr.core.MmcrException;
import org.mmcr.explorer.curation.ReviewAction.Item;
import org.mmcr.explorer.curation.ReviewAction.Kind;

/** The decisions about the suggestions of a curation, with the history for undo. Not thread-safe. */
final class ReviewState {
    private record Done(ReviewAction action, Map<Item, Optional<Kind>> before) {}

    private final List<CurationRow> rows;
    private final List<ReviewItem> items;
    private final Set<Item> known = new HashSet<>();
    private final Map<Item, Kind> decisions = new HashMap<>();
    private final Deque<Done> past = new ArrayDeque<>();
    private final Deque<ReviewAction> future = new ArrayDeque<>();

    ReviewState(List<CurationRow> rows) {
        this.rows = List.copyOf(rows);
        List<ReviewItem> all = new ArrayList<>();
        for (CurationRow row : rows) {
            row.flags().forEach(flag -> all.add(new ReviewItem(new Item(row.path(), flag), row)));
        }
        all.sort(Comparator.comparingDouble(ReviewItem::score).reversed());
        items = List.copyOf(all);
        items.forEach(one -> known.add(one.item()));
    }

    /** Returns all suggestions, the surest first. */
    List<ReviewItem> items() {
        return items;
    }

    Optional<Kind> decision(Item item) {
        return Optional.ofNullable(decisions.get(item));
    }

    /** @throws MmcrException with the reason if the action cannot be applied */
    void check(ReviewAction action) {
        switch (action.action()) {
            case UNDO -> require(!past.isEmpty(), "there is nothing to undo");
            case REDO -> require(!future.isEmpty(), "there is nothing to redo");
            default -> {
                require(!action.items().isEmpty(), "expected at least one suggestion, found none; choose one");
                action.items()
                        .forEach(item -> require(
                                known.contains(item),
                                "the curation has no flag " + item.flag() + " at " + item.path()
                                        + "; load the page again"));
            }
        }
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new MmcrException(message);
        }
    }

    /** Applies an action; suggestions that an earlier curation made are kept and show nowhere. */
    void apply(ReviewAction action) {
        switch (action.action()) {
            case UNDO -> undo();
            case REDO -> perform(future.pop());
            default -> {
                future.clear();
                perform(action);
            }
        }
    }

    private void perform(ReviewAction action) {
        Map<Item, Optional<Kind>> before = new LinkedHashMap<>();
        action.items().forEach(item -> before.putIfAbsent(item, decision(item)));
        action.items().forEach(item -> decisions.put(item, action.action()));
        past.push(new Done(action, before));
    }

    private void undo() {
        Done last = past.pop();
        last.before().forEach((item, kind) -> {
            decisions.remove(item);
            kind.ifPresent(earlier -> decisions.put(item, earlier));
        });
        future.push(last.action());
    }

    /** Returns the action that undo reverts. */
    Optional<ReviewAction> undoable() {
        return Optional.ofNullable(past.peek()).map(Done::action);
    }

    /** Returns the action that redo applies again. */
    Optional<ReviewAction> redoable() {
        return Optional.ofNullable(future.peek());
    }

    /** Returns the rows without the flags that were dismissed. */
    List<CurationRow> reviewed() {
        return rows.stream()
                .map(row -> row.withFlags(row.flags().stream()
                        .filter(flag -> decisions.get(new Item(row.path(), flag)) != Kind.DISMISS)
                        .toList()))
                .toList();
    }
}

package org.mmcr.explorer.labelling;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.mmcr.core.MmcrException;

/**
 * The current label of each picture, with the history for undo. A label exists while a picture has it; labels are in
 * the order of their first use. Not thread-safe; {@link LabelStore} guards it.
 */
final class LabelState {
    private static final int LONGEST_NAME = 80;
    private static final int NONE = -1;

    /** The state before an action, for undo: labels and random flags of the changed pictures, and the label names. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Before(
            LabelAction action,
            Labels.Change change,
            int[] pictures,
            int[] labels,
            BitSet random,
            List<String> names) {}

    private final Map<String, Integer> pictureOf;
    private final int[] labels;
    private final BitSet random = new BitSet();
    private final Deque<Before> past = new ArrayDeque<>();
    /** Reverted actions, the last one first. */
    private final Deque<Before> future = new ArrayDeque<>();

    private List<String> names = new ArrayList<>();
    private long actions;

    /** @param pictures unique names, by index */
    LabelState(List<String> pictures) {
        pictureOf = new HashMap<>(2 * pictures.size());
        for (int i = 0; i < pictures.size(); i++) {
            pictureOf.put(pictures.get(i), i);
        }
        labels = new int[pictures.size()];
        Arrays.fill(labels, NONE);
    }

    /**
     * Validates an action against the current labels, without changing them.
     *
     * @throws MmcrException with the reason if it cannot be applied
     */
    void check(LabelAction action) {
        if (action instanceof LabelAction.Assign assign) {
            requireName(assign.label());
            requirePictures(assign.pictures());
        } else if (action instanceof LabelAction.AssignEach assign) {
            assign.labels().forEach(LabelState::requireName);
            requirePictures(assign.pictures());
        } else if (action instanceof LabelAction.Clear clear) {
            requirePictures(clear.pictures());
        } else if (action instanceof LabelAction.Delete delete) {
            requireKnown(delete.label());
        } else if (action instanceof LabelAction.Rename rename) {
            requireKnown(rename.from());
            requireName(rename.to());
            if (isUsed(rename.to())) {
                throw new MmcrException("there is already a label '" + rename.to() + "'; merge the two instead");
            }
        } else if (action instanceof LabelAction.Merge merge) {
            requireKnown(merge.from());
            requireKnown(merge.into());
            if (merge.from().equals(merge.into())) {
                throw new MmcrException("a label cannot be merged into itself; choose another");
            }
        } else if (action instanceof LabelAction.Redo ? future.isEmpty() : past.isEmpty()) {
            throw new MmcrException("there is nothing to " + (action instanceof LabelAction.Redo ? "redo" : "undo"));
        }
    }

    /** Applies an action. Pictures that are no longer in the data are skipped. */
    void apply(LabelAction action) {
        actions++;
        if (action instanceof LabelAction.Undo) {
            undo();
        } else if (action instanceof LabelAction.Redo) {
            Before undone = future.pop();
            perform(undone.action(), undone.change().number());
        } else {
            future.clear();
            perform(action, actions);
        }
    }

    private void perform(LabelAction action, long number) {
        if (action instanceof LabelAction.Assign assign) {
            int[] pictures = known(assign.pictures());
            remember(action, number, pictures.length + " × " + assign.label(), pictures);
            int label = placeOf(assign.label());
            for (int picture : pictures) {
                random.set(picture, assign.random() || (labels[picture] != NONE && random.get(picture)));
                labels[picture] = label;
            }
        } else if (action instanceof LabelAction.AssignEach assign) {
            assignEach(assign, number);
        } else if (action instanceof LabelAction.Clear clear) {
            int[] pictures = known(clear.pictures());
            remember(action, number, "clearing " + pictures.length, pictures);
            clear(pictures);
        } else if (action instanceof LabelAction.Delete delete) {
            int[] pictures = labelled(delete.label());
            remember(action, number, "deleting " + delete.label(), pictures);
            clear(pictures);
        } else if (action instanceof LabelAction.Rename rename) {
            remember(action, number, "renaming " + rename.from(), new int[0]);
            rename(rename.from(), rename.to());
        } else if (action instanceof LabelAction.Merge merge) {
            int[] pictures = labelled(merge.from());
            remember(action, number, "merging " + merge.from() + " into " + merge.into(), pictures);
            int into = names.indexOf(merge.into());
            for (int picture : pictures) {
                labels[picture] = into;
            }
        } else {
            throw new IllegalStateException("not an action that changes labels: " + action);
        }
    }

    private void clear(int[] pictures) {
        for (int picture : pictures) {
            labels[picture] = NONE;
            random.clear(picture);
        }
    }

    /** Returns the pictures that have a label. */
    private int[] labelled(String name) {
        int label = names.indexOf(name);
        return IntStream.range(0, labels.length)
                .filter(i -> label != NONE && labels[i] == label)
                .toArray();
    }

    private void assignEach(LabelAction.AssignEach assign, long number) {
        int[] pictures = known(assign.pictures());
        remember(assign, number, pictures.length + " as predicted", pictures);
        for (int i = 0; i < assign.pictures().size(); i++) {
            Integer picture = pictureOf.get(assign.pictures().get(i));
            if (picture != null) {
                random.set(picture, labels[picture] != NONE && random.get(picture));
                labels[picture] = placeOf(assign.labels().get(i));
            }
        }
    }

    /** Returns the place of a label among the names; a new one is added. */
    private int placeOf(String label) {
        return names.contains(label) ? names.indexOf(label) : add(label);
    }

    /** Renames a label. The new name may be one that was merged away; the two are swapped then. */
    private void rename(String from, String to) {
        int place = names.indexOf(from);
        if (names.contains(to)) {
            names.set(names.indexOf(to), from);
        }
        names.set(place, to);
    }

    private int add(String name) {
        names.add(name);
        return names.size() - 1;
    }

    private void remember(LabelAction action, long number, String description, int[] pictures) {
        int[] before = IntStream.of(pictures).map(picture -> labels[picture]).toArray();
        BitSet drawn = new BitSet();
        for (int i = 0; i < pictures.length; i++) {
            drawn.set(i, random.get(pictures[i]));
        }
        Labels.Change change = new Labels.Change(number, description);
        past.push(new Before(action, change, pictures, before, drawn, List.copyOf(names)));
    }

    private void undo() {
        Before before = past.pop();
        future.push(before);
        for (int i = 0; i < before.pictures().length; i++) {
            labels[before.pictures()[i]] = before.labels()[i];
            random.set(before.pictures()[i], before.random().get(i));
        }
        names = new ArrayList<>(before.names());
    }

    private int[] known(List<String> pictures) {
        return pictures.stream()
                .distinct()
                .filter(pictureOf::containsKey)
                .mapToInt(pictureOf::get)
                .toArray();
    }

    private static void requireName(String name) {
        if (name.isBlank() || !name.equals(name.strip()) || name.length() > LONGEST_NAME) {
            throw new MmcrException("expected a name of 1 to " + LONGEST_NAME
                    + " characters without spaces around it, found '" + name + "'");
        }
        if (name.chars().anyMatch(Character::isISOControl)) {
            throw new MmcrException("expected a name without line breaks and other control characters");
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(name)) {
            throw new MmcrException("expected a name that UTF-8 can hold, found half of a surrogate pair;"
                    + " type the character again");
        }
    }

    private void requirePictures(List<String> pictures) {
        if (pictures.isEmpty()) {
            throw new MmcrException("expected at least one picture, found none; choose at least one");
        }
        Optional<String> unknown =
                pictures.stream().filter(name -> !pictureOf.containsKey(name)).findFirst();
        if (unknown.isPresent()) {
            throw new MmcrException("there is no picture " + unknown.get() + " in the data");
        }
    }

    private void requireKnown(String name) {
        if (!isUsed(name)) {
            throw new MmcrException("there is no label '" + name + "'");
        }
    }

    private boolean isUsed(String name) {
        return labelled(name).length > 0;
    }

    /** Returns the current labels, without those that no picture has. */
    Labels labels() {
        int[] counts = new int[names.size()];
        for (int label : labels) {
            if (label != NONE) {
                counts[label]++;
            }
        }
        int[] position = new int[names.size()];
        List<String> used = new ArrayList<>();
        List<Integer> sizes = new ArrayList<>();
        for (int i = 0; i < counts.length; i++) {
            position[i] = used.size();
            if (counts[i] > 0) {
                used.add(names.get(i));
                sizes.add(counts[i]);
            }
        }
        int[] compact =
                IntStream.of(labels).map(l -> l == NONE ? NONE : position[l]).toArray();
        return new Labels(actions, used, sizes, compact, (BitSet) random.clone(), change(past), change(future));
    }

    private static Optional<Labels.Change> change(Deque<Before> actions) {
        return Optional.ofNullable(actions.peek()).map(Before::change);
    }
}

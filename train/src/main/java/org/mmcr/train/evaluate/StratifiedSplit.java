package org.mmcr.train.evaluate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.IntBinaryOperator;

/**
 * A seeded, stratified split of labelled rows; {@link #draw} chooses rows of each class alone.
 *
 * @param rest rows that are not held out, ascending; not copied
 * @param heldOut rows that are held out, ascending; not copied
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; boxed lists of labels would be wasteful
public record StratifiedSplit(int[] rest, int[] heldOut) {
    /**
     * Holds out a fraction of each class, rounded, but never a class's last row.
     *
     * @param labels N values in 0..classes-1
     * @param classes number of classes
     * @param fraction fraction of each class, 0..1
     * @param seed seed of the choice
     */
    public static StratifiedSplit of(int[] labels, int classes, double fraction, long seed) {
        Random random = new Random(seed);
        boolean[] held = new boolean[labels.length];
        int count = 0;
        for (List<Integer> rows : members(labels, classes)) {
            Collections.shuffle(rows, random);
            int take = (int) Math.min(Math.round(fraction * rows.size()), rows.size() - 1);
            for (int i = 0; i < take; i++) {
                held[rows.get(i)] = true;
                count++;
            }
        }
        return divide(held, count);
    }

    /**
     * Draws rows of each class.
     *
     * @param labels N values in 0..classes-1
     * @param classes number of classes
     * @param seed seed of the choice
     * @param count maps a class and the number of its rows to the number of rows to draw
     * @return drawn rows, ascending
     */
    public static int[] draw(int[] labels, int classes, long seed, IntBinaryOperator count) {
        List<List<Integer>> members = members(labels, classes);
        Random random = new Random(seed);
        List<Integer> drawn = new ArrayList<>();
        for (int c = 0; c < classes; c++) {
            List<Integer> rows = members.get(c);
            Collections.shuffle(rows, random);
            drawn.addAll(rows.subList(0, count.applyAsInt(c, rows.size())));
        }
        return drawn.stream().mapToInt(Integer::intValue).sorted().toArray();
    }

    /** Returns the rows of each class, ascending. */
    private static List<List<Integer>> members(int[] labels, int classes) {
        List<List<Integer>> members = new ArrayList<>();
        for (int c = 0; c < classes; c++) {
            members.add(new ArrayList<>());
        }
        for (int row = 0; row < labels.length; row++) {
            members.get(labels[row]).add(row);
        }
        return members;
    }

    private static StratifiedSplit divide(boolean[] held, int count) {
        int[] rest = new int[held.length - count];
        int[] heldOut = new int[count];
        int r = 0;
        int h = 0;
        for (int row = 0; row < held.length; row++) {
            if (held[row]) {
                heldOut[h++] = row;
            } else {
                rest[r++] = row;
            }
        }
        return new StratifiedSplit(rest, heldOut);
    }

    /** All rows: first the rest, then those held out. */
    int[] order() {
        int[] order = Arrays.copyOf(rest, rest.length + heldOut.length);
        System.arraycopy(heldOut, 0, order, rest.length, heldOut.length);
        return order;
    }
}

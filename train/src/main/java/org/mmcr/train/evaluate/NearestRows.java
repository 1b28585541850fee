package org.mmcr.train.evaluate;

import java.util.Arrays;

/**
 * The k best (similarity, row) pairs of one query: a binary heap with the worst at its root until {@link #finish}
 * sorts it. Higher similarity is better and, among equals, the lower row: the result depends neither on the order of
 * the offers nor on block sizes.
 */
public final class NearestRows {
    private final float[] similarity;
    private final int[] row;
    private int size;

    NearestRows(int k) {
        similarity = new float[k];
        row = new int[k];
    }

    /**
     * Returns pairs that are known already.
     *
     * @param rows bank rows, the nearest first
     * @param similarities cosine of each
     */
    public static NearestRows of(int[] rows, float[] similarities) {
        NearestRows known = new NearestRows(rows.length);
        System.arraycopy(rows, 0, known.row, 0, rows.length);
        System.arraycopy(similarities, 0, known.similarity, 0, rows.length);
        known.size = rows.length;
        return known;
    }

    /** Returns a copy in which bank row r is called {@code names[r]}. */
    public NearestRows renamed(int[] names) {
        int[] rows = new int[size];
        Arrays.setAll(rows, rank -> names[row[rank]]);
        return of(rows, Arrays.copyOf(similarity, size));
    }

    /** Offers values[0..count) as the similarities of rows firstRow, firstRow + 1, ... */
    void offer(float[] values, int count, int firstRow) {
        int i = 0;
        for (; i < count && size < row.length; i++) {
            add(values[i], firstRow + i);
        }
        for (; i < count; i++) {
            // >= first: this one comparison rejects nearly every candidate.
            if (values[i] >= similarity[0] && better(values[i], firstRow + i, 0)) {
                sink(0, values[i], firstRow + i, size);
            }
        }
    }

    /** Sorts the pairs, best first; nothing can be offered afterwards. */
    void finish() {
        for (int end = size - 1; end > 0; end--) {
            float worstSimilarity = similarity[0];
            int worstRow = row[0];
            sink(0, similarity[end], row[end], end);
            similarity[end] = worstSimilarity;
            row[end] = worstRow;
        }
    }

    /** Returns the number of neighbours. */
    public int size() {
        return size;
    }

    /** Returns the cosine of the neighbour at {@code rank}, 0 for the nearest. */
    public float similarity(int rank) {
        return similarity[rank];
    }

    /** Returns the bank row of the neighbour at {@code rank}. */
    public int row(int rank) {
        return row[rank];
    }

    private boolean better(float value, int index, int at) {
        return value > similarity[at] || (value == similarity[at] && index < row[at]);
    }

    private void add(float value, int index) {
        int at = size++;
        while (at > 0 && !better(value, index, (at - 1) / 2)) {
            int parent = (at - 1) / 2;
            similarity[at] = similarity[parent];
            row[at] = row[parent];
            at = parent;
        }
        similarity[at] = value;
        row[at] = index;
    }

    private void sink(int start, float value, int index, int end) {
        int at = start;
        while (2 * at + 1 < end) {
            int child = 2 * at + 1;
            if (child + 1 < end && better(similarity[child], row[child], child + 1)) {
                child++;
            }
            if (!better(value, index, child)) {
                break;
            }
            similarity[at] = similarity[child];
            row[at] = row[child];
            at = child;
        }
        similarity[at] = value;
        row[at] = index;
    }
}

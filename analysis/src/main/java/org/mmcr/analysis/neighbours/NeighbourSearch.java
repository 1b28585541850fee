package org.mmcr.analysis.neighbours;

import java.util.List;

/** A search for the rows with the largest cosine to a query. Thread-safe. */
public interface NeighbourSearch {
    /** Number of rows up to which an exact search is fast enough for a person who waits. */
    int MOST_EXACT = 50_000;

    /** Returns the {@code count} rows with the largest cosine to features (F), or all if fewer, largest first. */
    List<Neighbour> of(float[] query, int count);
}

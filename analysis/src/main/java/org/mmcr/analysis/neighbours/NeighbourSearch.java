package org.mmcr.analysis.neighbours;

import java.util.List;

/** A search for the rows with the largest cosine to a query. Thread-safe. */
public interface NeighbourSearch {
    /** Returns the {@code count} rows with the largest cosine to features (F), or all if fewer, largest first. */
    List<Neighbour> of(float[] query, int count);
}

package org.mmcr.analysis.neighbours;

import java.util.List;

/** Finds rows by likeness. Thread-safe. */
public interface NeighbourSearch {
    /** The {@code count} rows most like features (F), fewer when there are fewer, most alike first. */
    List<Neighbour> of(float[] query, int count);
}

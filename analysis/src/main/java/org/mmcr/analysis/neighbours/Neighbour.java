package org.mmcr.analysis.neighbours;

/**
 * A row that is like a query.
 *
 * @param row its number
 * @param likeness cosine of the two
 */
public record Neighbour(int row, double likeness) {}

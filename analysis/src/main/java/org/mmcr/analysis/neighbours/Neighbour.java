package org.mmcr.analysis.neighbours;

/**
 * A row that was found for a query.
 *
 * @param row index of the row
 * @param likeness cosine of the row and the query
 */
public record Neighbour(int row, double likeness) {}

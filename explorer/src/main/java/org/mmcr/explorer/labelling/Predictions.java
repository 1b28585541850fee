package org.mmcr.explorer.labelling;

/**
 * What a head says of N pictures.
 *
 * @param best the most probable class
 * @param confidence its probability
 * @param margin by how much it leads the second
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Predictions(short[] best, float[] confidence, float[] margin) {}

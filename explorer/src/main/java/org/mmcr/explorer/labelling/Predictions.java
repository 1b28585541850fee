package org.mmcr.explorer.labelling;

/**
 * The predictions of a head for N pictures.
 *
 * @param best the most probable class
 * @param confidence its probability
 * @param margin its lead over the second most probable class
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Predictions(short[] best, float[] confidence, float[] margin) {}

package org.mmcr.spark;

import java.io.Serializable;

/**
 * One sample as a table holds it.
 *
 * @param name for messages
 * @param label its class, "" where there is none
 * @param views (K, D) of any scale
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record EmbeddedSample(String name, String label, double[][] views) implements Serializable {}

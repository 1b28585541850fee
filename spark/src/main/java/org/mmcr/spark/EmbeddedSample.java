package org.mmcr.spark;

import java.io.Serializable;

/**
 * One sample of a table of embeddings.
 *
 * @param name name in messages
 * @param label class, "" for none
 * @param views (K, D) of any scale
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record EmbeddedSample(String name, String label, double[][] views) implements Serializable {}

/**
 * How much the embeddings of two views tell about each other: entropy on the sphere, the reconstruction term, lower bounds on
 * mutual information, alignment and uniformity, and the distributions on the sphere whose values are known. Everything is in
 * nats and float64, and an estimate carries its interval and says when not to believe it.
 *
 * <p>Bounds on the objective itself belong to {@code org.mmcr.theory}, its value to {@code org.mmcr.loss}. Nothing here
 * trains, reads files or draws from a generator that the caller did not pass.
 */
@NullMarked
package org.mmcr.information;

import org.jspecify.annotations.NullMarked;

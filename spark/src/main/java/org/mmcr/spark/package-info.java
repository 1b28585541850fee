/**
 * What is done on a Spark cluster: the spectrum of any number of embeddings, embeddings of any number of pictures, capacity of
 * many manifolds.
 *
 * <p>Each result is that of the command for one machine. Only small things travel between executors: Gram matrices, weights,
 * one manifold's points.
 */
package org.mmcr.spark;

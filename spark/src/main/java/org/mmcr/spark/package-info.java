/**
 * What is done on a Spark cluster: the spectrum of any number of embeddings, and features of any number of pictures.
 *
 * <p>Each result is that of the command for one machine. Only small things travel between executors: Gram matrices and an
 * encoder's weights.
 */
package org.mmcr.spark;

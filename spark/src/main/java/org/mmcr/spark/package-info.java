/**
 * Spark jobs: spectrum and capacity of any number of embeddings, and features of any number of pictures.
 *
 * <p>Results equal those of the commands for one machine. Only Gram matrices and an encoder's weights are sent between
 * executors.
 */
package org.mmcr.spark;

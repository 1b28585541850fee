/**
 * Embeddings of a whole data source as a file that other programs read: streamed, restartable, as {@code .npy}, Parquet or
 * CSV.
 */
@NullMarked
package org.mmcr.embed;

import org.jspecify.annotations.NullMarked;

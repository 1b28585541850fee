/**
 * Embeddings of a whole data source as a file that other programs read: streamed, restartable, as {@code .npy},
 * Parquet or CSV.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.analysis.embed;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;

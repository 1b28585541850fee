/**
 * Writes the embeddings of a whole data source as {@code .npy}, Parquet or CSV. The pass streams its rows and can be
 * restarted.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.analysis.embed;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;

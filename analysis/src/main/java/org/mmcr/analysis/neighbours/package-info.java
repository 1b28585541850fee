/**
 * Nearest rows by cosine: exact by one product with all rows, or approximate through a graph index, for more than tens
 * of thousands of rows.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.analysis.neighbours;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;

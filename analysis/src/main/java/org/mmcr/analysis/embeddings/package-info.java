/**
 * The analysis of given embeddings: every figure of the theory for them, in one document with a verdict in words and
 * two charts.
 *
 * <p>The figures themselves are computed in {@code org.mmcr.objective}, {@code org.mmcr.core.theory} and {@code
 * org.mmcr.objective.information}; here they are put together and read. Reading files and printing belong to the
 * command line.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.analysis.embeddings;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;

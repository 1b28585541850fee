/**
 * The objective interface and MMCR: raw embeddings in, a scalar with its gradient and named figures out. Matrix
 * functions are in {@code org.mmcr.objective.linalg}, bounds in {@code org.mmcr.core.theory}.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.objective;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;

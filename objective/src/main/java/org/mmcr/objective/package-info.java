/**
 * The MMCR objective: raw embeddings in, a scalar with its gradient and a record of figures out. Matrix functions belong to
 * {@code org.mmcr.objective.linalg}, bounds to {@code org.mmcr.core.theory}, optimisers and loops to the {@code train} module.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.objective;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;

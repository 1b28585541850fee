/**
 * Matrix functions the objective needs, on libtorch tensors: the polar factor and the nuclear norm. Nothing here knows
 * of embeddings, views or training. Autograd differentiates
 * {@link org.mmcr.objective.linalg.ParallelMatMul#linear} alone.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.objective.linalg;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;

/**
 * Mean-field manifold capacity: the number of classes per dimension that a linear read-out can separate, and the
 * radius, dimension and centre correlation that explain it (Chung, Lee and Sompolinsky 2018, PRX 8, 031003; Cohen et
 * al. 2020); and the capacity of manifolds as they lie, correlations included (GLUE, Chou et al. 2024).
 *
 * <p>Everything is float64. Nothing here reads files or starts threads, and all random numbers are seeded.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.core.capacity;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;

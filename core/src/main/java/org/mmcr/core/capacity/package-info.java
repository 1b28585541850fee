/**
 * Mean-field manifold capacity: how many class manifolds for each dimension a linear read-out can separate, and the radius,
 * dimension and centre correlation that explain it (Chung, Lee and Sompolinsky 2018, PRX 8, 031003; Cohen et al. 2020).
 *
 * <p>Everything is float64. Nothing here reads files, starts threads or draws from a generator the caller did not seed; one
 * manifold is one call, so that callers can run many at a time.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.core.capacity;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;

/**
 * Manifold capacity as one document: points of classes in, capacity, radius, dimension and correlation out, many
 * manifolds at a time. The mathematics is in {@code org.mmcr.core.capacity}; reading files and printing belong to the
 * command line.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.analysis.capacity;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;

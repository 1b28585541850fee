/**
 * Measures of a representation that need no labels, on arrays: RankMe, NESum, LiDAR, alpha-ReQ, effective rank, percent
 * error, alignment, uniformity, cluster learnability, intrinsic dimension, and the capacity of the manifolds that the
 * views of a picture span.
 *
 * <p>Everything is float64. Nothing here reads files or starts threads, and all random numbers are seeded.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.core.quality;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;

/**
 * Theory of the objective as functions of sizes: bounds, regimes and the singular values of uniform embeddings.
 * Figures of given embeddings are in {@code org.mmcr.objective}.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.core.theory;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;

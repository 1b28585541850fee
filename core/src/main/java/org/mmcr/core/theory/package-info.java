/**
 * What is proved about the objective, as functions of sizes: bounds, errors, regimes, the law of the singular values of uniform
 * embeddings, and seeded draws of them. What is measured on given embeddings belongs to {@code org.mmcr.objective}.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.core.theory;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;

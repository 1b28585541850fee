/**
 * Check of Theorems 2.5 to 2.7 of Isik et al. 2023: over a family of embeddings, whether those closest to the bound
 * also have the largest lower bound of the mutual information.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.simulations.theorems;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;

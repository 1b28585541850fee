/**
 * The check of Theorems 2.5 to 2.7 of Isik et al. 2023: over a family of embeddings, are those that come nearest the bound also
 * those with the largest bound of information? The family, the two figures in every cell, their ranks and the heat maps.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.simulations.theorems;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;

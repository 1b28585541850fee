/**
 * The simulation of Isik et al. 2023, Figure 1: percent error of uniform embeddings over a grid of numbers of points
 * and dimensions. Random draws are in {@code org.mmcr.simulations.uniform}, the law they are compared with in
 * {@code org.mmcr.core.theory}.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.simulations.figure1;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;

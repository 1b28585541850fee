/**
 * The simulation of Isik et al. 2023, Figure 1: how far uniform embeddings stay from the bound, over a grid of numbers of points
 * and dimensions. The grid, the run with its files, the fitted figures and the charts; the draws themselves and the law they are
 * compared with are in {@code org.mmcr.core.theory}.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.simulations.figure1;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;

/**
 * Points on the sphere moved by gradient descent on the objective itself: from collapsed, clustered and random starts to
 * arrangements that reach the bound. The run, its files and its pictures; the objective is in {@code org.mmcr.objective}.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.simulations.sphere;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;

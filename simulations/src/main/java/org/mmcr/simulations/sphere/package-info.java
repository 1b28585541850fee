/**
 * Gradient descent on the objective over points of the sphere, from collapsed, clustered and random starts to
 * arrangements that reach the bound. The objective is in {@code org.mmcr.objective}.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.simulations.sphere;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;

/** Draws of uniform embeddings and what the objective reaches on them. */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.simulations.uniform;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;

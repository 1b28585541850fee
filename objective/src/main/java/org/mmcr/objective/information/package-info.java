/**
 * Information on the sphere, in nats and float64: what is known in closed form (areas, von Mises-Fisher laws and their
 * mixtures) and what is estimated from points (entropy, reconstruction, InfoNCE, alignment, uniformity). {@code
 * ViewInformation} puts the estimates together.
 *
 * <p>Bounds on the objective itself belong to {@code org.mmcr.core.theory}, its value to {@code org.mmcr.objective}.
 * Nothing here trains, reads files or draws from a generator that the caller did not seed.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.objective.information;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;

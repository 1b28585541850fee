/**
 * Information on the sphere, in nats and float64: closed forms (areas, von Mises-Fisher distributions and their
 * mixtures) and estimates from points (entropy, reconstruction, InfoNCE, alignment, uniformity). {@code
 * ViewInformation} combines the estimates.
 *
 * <p>Bounds on the objective itself belong to {@code org.mmcr.core.theory}, its value to {@code org.mmcr.objective}.
 * The package does not train, read files or draw from a generator that the caller did not seed.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.objective.information;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;

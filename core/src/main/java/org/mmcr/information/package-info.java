/**
 * What is known in closed form about distributions on the sphere: areas, the von Mises-Fisher law, its density, entropy and
 * fit. The ground that estimators of entropy and mutual information stand on. Everything is in nats and float64.
 *
 * <p>Bounds on the objective itself belong to {@code org.mmcr.theory}, its value to {@code org.mmcr.loss}. Nothing here
 * trains, reads files or draws from a generator that the caller did not pass.
 */
@NullMarked
package org.mmcr.information;

import org.jspecify.annotations.NullMarked;

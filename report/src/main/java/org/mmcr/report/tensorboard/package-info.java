/** A run for TensorBoard: event files and what its embedding projector reads, beneath the run's folder. */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.report.tensorboard;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;

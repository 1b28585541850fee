/** A run for TensorBoard: event files and what its embedding projector reads, beneath the run's folder. */
@NullMarked
package org.mmcr.report.tensorboard;

import org.jspecify.annotations.NullMarked;

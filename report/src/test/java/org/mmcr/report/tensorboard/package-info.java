/** Tests of what TensorBoard is given. */
@NullMarked
package org.mmcr.report.tensorboard;

import org.jspecify.annotations.NullMarked;

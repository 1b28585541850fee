/** Tests of configuration, run folder, checkpoints and the trainer, on tiny networks and drawn data. */
@NullMarked
package org.mmcr.train.run;

import org.jspecify.annotations.NullMarked;

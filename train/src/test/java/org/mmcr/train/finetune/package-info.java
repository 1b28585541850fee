/** Tests of fine-tuning on tiny networks and drawn data. */
@NullMarked
package org.mmcr.train.finetune;

import org.jspecify.annotations.NullMarked;

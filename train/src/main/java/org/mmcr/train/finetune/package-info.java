/**
 * Supervised fine-tuning of an encoder with few labels, beside the same network from random weights and a linear probe
 * on frozen features.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.train.finetune;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;

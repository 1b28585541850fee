/**
 * What is proved about the objective, as functions of sizes and figures: bounds, errors, regions to avoid. No tensors, no
 * randomness.
 */
@NullMarked
package org.mmcr.theory;

import org.jspecify.annotations.NullMarked;

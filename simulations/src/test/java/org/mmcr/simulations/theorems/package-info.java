/** Tests of the check of the theorems. */
@NullMarked
package org.mmcr.simulations.theorems;

import org.jspecify.annotations.NullMarked;

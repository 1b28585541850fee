@NullMarked
package org.mmcr.simulations.figure1;

import org.jspecify.annotations.NullMarked;

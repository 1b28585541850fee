@NullMarked
package org.mmcr.simulations.sphere;

import org.jspecify.annotations.NullMarked;

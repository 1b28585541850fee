/** Tests of trials that train. */
@NullMarked
package org.mmcr.analysis.trials;

import org.jspecify.annotations.NullMarked;

/** Tests of {@link org.mmcr.analysis.neighbours}. */
@NullMarked
package org.mmcr.analysis.neighbours;

import org.jspecify.annotations.NullMarked;

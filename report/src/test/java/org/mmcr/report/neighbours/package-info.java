/** Tests of {@link org.mmcr.report.neighbours}. */
@NullMarked
package org.mmcr.report.neighbours;

import org.jspecify.annotations.NullMarked;

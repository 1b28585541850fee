/** Tests of {@link org.mmcr.report.explore}, some of them in a browser. */
@NullMarked
package org.mmcr.report.explore;

import org.jspecify.annotations.NullMarked;

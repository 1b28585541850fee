/** Tests of the comparison of objectives. */
@NullMarked
package org.mmcr.analysis.comparison;

import org.jspecify.annotations.NullMarked;

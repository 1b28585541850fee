/** Tests of the check of the theorems. */
@NullMarked
package org.mmcr.report.theorems;

import org.jspecify.annotations.NullMarked;

/** Tests of plans. */
@NullMarked
package org.mmcr.analysis.plan;

import org.jspecify.annotations.NullMarked;

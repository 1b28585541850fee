/** Tests of {@link org.mmcr.report.labelling}. */
@NullMarked
package org.mmcr.report.labelling;

import org.jspecify.annotations.NullMarked;

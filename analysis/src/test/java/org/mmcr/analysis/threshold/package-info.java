/** Tests of the study of the threshold. */
@NullMarked
package org.mmcr.analysis.threshold;

import org.jspecify.annotations.NullMarked;

/** Tests of the maps of features. */
@NullMarked
package org.mmcr.analysis.projection;

import org.jspecify.annotations.NullMarked;

/** Tests of the maps of features. */
@NullMarked
package org.mmcr.report.map;

import org.jspecify.annotations.NullMarked;

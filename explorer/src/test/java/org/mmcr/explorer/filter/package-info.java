/** Tests of {@link org.mmcr.explorer.filter}. */
@NullMarked
package org.mmcr.explorer.filter;

import org.jspecify.annotations.NullMarked;

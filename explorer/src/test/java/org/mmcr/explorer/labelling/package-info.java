/** Tests of {@link org.mmcr.explorer.labelling}. */
@NullMarked
package org.mmcr.explorer.labelling;

import org.jspecify.annotations.NullMarked;

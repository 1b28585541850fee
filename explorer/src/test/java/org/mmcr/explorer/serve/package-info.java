/** Tests of {@link org.mmcr.explorer}, some of them in a browser. */
@NullMarked
package org.mmcr.explorer.serve;

import org.jspecify.annotations.NullMarked;

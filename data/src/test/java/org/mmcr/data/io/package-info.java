/** Tests of file formats. */
@NullMarked
package org.mmcr.data.io;

import org.jspecify.annotations.NullMarked;

/** Tests of the map's page and of the archive of its pictures. */
@NullMarked
package org.mmcr.explorer.export;

import org.jspecify.annotations.NullMarked;

/** Pictures of the map as files for other programs: a page that needs no server, and an archive of picture folders. */
@NullMarked
package org.mmcr.explorer.export;

import org.jspecify.annotations.NullMarked;

/** Pictures of the map as files for other programs: a page that needs no server, and an archive of picture folders. */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.explorer.export;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;

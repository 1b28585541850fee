/** Features laid out in the plane, for pictures of where things lie: the two main directions, and UMAP. */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.analysis.projection;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;

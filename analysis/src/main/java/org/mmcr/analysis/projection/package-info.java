/** Projections of features to the plane: PCA and UMAP. */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.analysis.projection;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;

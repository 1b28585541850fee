/** Features laid out in the plane, for pictures of where things lie: the two main directions, and UMAP. */
@NullMarked
package org.mmcr.report.map;

import org.jspecify.annotations.NullMarked;

/** Comparison of objectives under equal conditions: trials, table, charts and page. */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.analysis.comparison;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;

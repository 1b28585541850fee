/** The threshold N = D in trained networks: a grid of short trainings, table, charts and page. */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.analysis.threshold;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;

/** Summaries of data sets: counts, sizes, modes, labels, means, duplicates; contact sheets of pictures and views. */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.report.inspect;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;

/** What is in a data set: counts, sizes, modes, labels, means, duplicates, and contact sheets of pictures and views. */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.report.inspect;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;

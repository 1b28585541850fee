/**
 * The root of mmcr: only what every package needs. The objective lives in {@code org.mmcr.loss}, its linear algebra in
 * {@code org.mmcr.linalg}, its bounds in {@code org.mmcr.theory}; files, threads and clocks belong to the {@code train}
 * module.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;

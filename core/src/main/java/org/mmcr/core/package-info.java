/**
 * The root of mmcr: only what every package needs. The objective lives in {@code org.mmcr.objective}, its linear algebra in
 * {@code org.mmcr.objective.linalg}, its bounds in {@code org.mmcr.core.theory}; files, threads and clocks belong to the {@code train}
 * module.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.core;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;

/**
 * One run on several processes: the rank of this process ({@link org.mmcr.train.distributed.Rank}), the group over
 * libtorch's c10d ({@link org.mmcr.train.distributed.ProcessGroup}), and a launcher for one machine
 * ({@link org.mmcr.train.distributed.LocalLauncher}). {@link org.mmcr.objective.PartedBatch} describes what the
 * objective exchanges.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.train.distributed;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;

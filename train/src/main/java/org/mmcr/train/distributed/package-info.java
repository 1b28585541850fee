/**
 * One run on several processes: which rank this process has ({@link org.mmcr.train.distributed.Rank}), the group they form over
 * libtorch's c10d ({@link org.mmcr.train.distributed.ProcessGroup}), and starting them on one machine
 * ({@link org.mmcr.train.distributed.LocalLauncher}). What is exchanged and why it is enough is said in {@code org.mmcr.objective}.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.train.distributed;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;

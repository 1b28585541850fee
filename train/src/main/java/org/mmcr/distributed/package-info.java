/**
 * One run on several processes: which rank this process has ({@link org.mmcr.distributed.Rank}), the group they form over
 * libtorch's c10d ({@link org.mmcr.distributed.RankGroup}), and starting them on one machine
 * ({@link org.mmcr.distributed.LocalRanks}). What is exchanged and why it is enough is said in {@code org.mmcr.loss}.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.distributed;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;

/**
 * How parameters move once their gradients are known: Adam, AdamW, SGD, LARS and Muon, with state that a checkpoint can hold. What belongs elsewhere:
 * schedules and budgets ({@code org.mmcr.train.run}), the networks ({@code org.mmcr.train.encoder}).
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.train.optim;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;

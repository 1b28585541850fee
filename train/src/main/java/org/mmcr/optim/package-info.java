/**
 * How parameters move once their gradients are known: Adam, AdamW, SGD, LARS and Muon, with state that a checkpoint can hold. What belongs elsewhere:
 * schedules and budgets ({@code org.mmcr.run}), the networks ({@code org.mmcr.encoder}).
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.optim;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;

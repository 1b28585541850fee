/**
 * Optimisers (Adam, AdamW, SGD, LARS, Muon) and gradient clipping. Schedules and budgets are in
 * {@code org.mmcr.train.run}, networks in {@code org.mmcr.train.encoder}.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.train.optim;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;

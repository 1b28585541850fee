package org.mmcr.train.run;

import org.apiguardian.api.API;

/**
 * A measurement of kNN accuracy on held-out samples while training; a line of {@code monitor.jsonl}.
 *
 * @param step steps done
 * @param seconds of the budget used
 * @param top1 accuracy, a fraction
 * @param k neighbours
 * @param temperature of the neighbours' weights
 * @param bank training samples that are searched
 * @param queries held-out samples that are classified
 */
@API(status = API.Status.STABLE)
public record KnnPoint(long step, double seconds, double top1, int k, double temperature, int bank, int queries) {}

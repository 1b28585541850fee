package org.mmcr.train.run;

import org.apiguardian.api.API;

/**
 * Nearest-neighbour accuracy while training, on pictures kept out of it.
 *
 * @param step steps done
 * @param seconds of training so far
 * @param top1 accuracy, 0..1
 * @param k neighbours
 * @param temperature of the neighbours' weights
 * @param bank pictures compared with
 * @param queries pictures classified
 */
@API(status = API.Status.STABLE)
public record KnnPoint(long step, double seconds, double top1, int k, double temperature, int bank, int queries) {}

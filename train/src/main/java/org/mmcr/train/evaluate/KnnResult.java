package org.mmcr.train.evaluate;

import org.apiguardian.api.API;

/**
 * The outcome of a nearest-neighbour classification.
 *
 * @param score accuracy, also per class, and the confusion matrix
 * @param predictions predicted class of every query, an index into the bank's class names
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; boxed lists of labels would be wasteful
@API(status = API.Status.STABLE)
public record KnnResult(Score score, int[] predictions) {}

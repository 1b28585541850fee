package org.mmcr.train.evaluate;

import org.apiguardian.api.API;

/**
 * What the nearest neighbours said.
 *
 * @param score accuracy, per class, confusion matrix, settings
 * @param predictions predicted class of every query, an index into the bank's class names
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; boxed lists of labels would be wasteful
@API(status = API.Status.STABLE)
public record KnnResult(Score score, int[] predictions) {}

package org.mmcr.train.evaluate;

import org.apiguardian.api.API;

/**
 * One protocol's score with its settings.
 *
 * @param name key of the protocol with these settings, unique in an evaluation, such as {@code knn20}
 * @param title readable name, such as {@code kNN 20}
 * @param description the procedure in one line
 * @param settings settings of the protocol
 * @param score the score
 */
@API(status = API.Status.STABLE)
public record ProtocolResult(String name, String title, String description, Protocol.Settings settings, Score score) {}

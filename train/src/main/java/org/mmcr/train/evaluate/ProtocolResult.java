package org.mmcr.train.evaluate;

import org.apiguardian.api.API;

/**
 * One protocol's score with the settings behind it.
 *
 * @param name key of the protocol with these settings, unique in an evaluation, such as {@code knn20}
 * @param title the same for people, such as {@code kNN 20}
 * @param description of what was done, in one line
 * @param settings of the protocol
 * @param score that was reached
 */
@API(status = API.Status.STABLE)
public record ProtocolResult(String name, String title, String description, Protocol.Settings settings, Score score) {}

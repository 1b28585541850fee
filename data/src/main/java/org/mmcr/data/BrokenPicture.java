package org.mmcr.data;

import org.apiguardian.api.API;

/**
 * A picture that could not be decoded and was skipped.
 *
 * @param name name in the source
 * @param reason what is wrong with it, in one sentence
 */
@API(status = API.Status.STABLE)
public record BrokenPicture(String name, String reason) {}

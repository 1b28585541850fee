package org.mmcr.data;

/**
 * A picture that could not be decoded and was skipped.
 *
 * @param name its name in the source
 * @param reason why, in one sentence
 */
public record BrokenPicture(String name, String reason) {}

package org.mmcr.analysis.trials;

import org.mmcr.data.DataSource;

/**
 * A data source as it was used.
 *
 * @param location as it was given
 * @param fingerprint of the content
 * @param samples number of samples
 */
public record DataUsed(String location, String fingerprint, int samples) {
    /** Whether the content is the same, wherever it lies. */
    public boolean hasContentOf(DataUsed other) {
        return fingerprint.equals(other.fingerprint) && samples == other.samples;
    }

    /** Describes a source, which stays open. */
    public static DataUsed of(DataSource source) {
        return new DataUsed(source.location(), source.fingerprint(), source.size());
    }
}

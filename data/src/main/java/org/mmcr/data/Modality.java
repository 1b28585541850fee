package org.mmcr.data;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.apiguardian.api.API;
import org.mmcr.core.MmcrException;

/**
 * A modality of paired data: its name and its number of columns.
 *
 * @param name unique among the modalities of the data
 * @param columns length of its vectors, at least 1
 */
@API(status = API.Status.STABLE)
public record Modality(
        @JsonPropertyDescription("name of the modality") String name,
        @JsonPropertyDescription("length of its vectors") int columns) {
    public Modality {
        if (name.isBlank() || columns < 1) {
            throw new MmcrException("expected a modality with a name and 1 or more columns, found '" + name + "' with "
                    + columns + "; leave the modalities out, and they are taken from the data");
        }
    }
}

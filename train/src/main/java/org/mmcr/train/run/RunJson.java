package org.mmcr.train.run;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.mmcr.data.io.Json;

/** The mapper of a run's JSON files. */
final class RunJson {
    static final ObjectMapper MAPPER = Json.mapper();

    private RunJson() {}
}

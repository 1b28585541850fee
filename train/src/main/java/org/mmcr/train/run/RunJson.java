package org.mmcr.train.run;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.mmcr.data.io.Json;

/** How a run's JSON files are written: snake_case keys, unknown keys of a newer version ignored. */
final class RunJson {
    static final ObjectMapper MAPPER = Json.mapper();

    private RunJson() {}
}

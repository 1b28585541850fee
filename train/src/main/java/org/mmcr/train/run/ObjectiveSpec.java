package org.mmcr.train.run;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import org.apiguardian.api.API;
import org.mmcr.objective.Objective;

/** The objective and its settings; the property {@code type} selects the record in YAML. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes(@JsonSubTypes.Type(value = MmcrSpec.class, name = "mmcr"))
@API(status = API.Status.STABLE)
public sealed interface ObjectiveSpec permits MmcrSpec {
    /** Creates the objective. */
    Objective build();
}

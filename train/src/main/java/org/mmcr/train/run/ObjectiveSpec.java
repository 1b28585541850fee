package org.mmcr.train.run;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import org.apiguardian.api.API;
import org.mmcr.objective.Objective;

/**
 * The objective and its settings. In YAML and JSON the property {@code type} selects the record. A configuration that
 * selects another type starts from the type's {@link #standards() standard settings}.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = MmcrSpec.class, name = "mmcr"),
    @JsonSubTypes.Type(value = SimClrSpec.class, name = "simclr"),
    @JsonSubTypes.Type(value = BarlowSpec.class, name = "barlow"),
    @JsonSubTypes.Type(value = VicRegSpec.class, name = "vicreg"),
    @JsonSubTypes.Type(value = WmseSpec.class, name = "wmse"),
    @JsonSubTypes.Type(value = AlignUniformSpec.class, name = "align-uniform"),
    @JsonSubTypes.Type(value = LeJepaSpec.class, name = "lejepa"),
    @JsonSubTypes.Type(value = CrossEntropySpec.class, name = "cross-entropy"),
    @JsonSubTypes.Type(value = ClipSpec.class, name = "clip")
})
@API(status = API.Status.STABLE)
public sealed interface ObjectiveSpec
        permits MmcrSpec,
                SimClrSpec,
                BarlowSpec,
                VicRegSpec,
                WmseSpec,
                AlignUniformSpec,
                LeJepaSpec,
                CrossEntropySpec,
                ClipSpec {
    /** The standard settings of each type that needs no labels, MMCR first. */
    static List<ObjectiveSpec> standards() {
        return List.of(
                MmcrSpec.standard(),
                SimClrSpec.standard(),
                BarlowSpec.standard(),
                VicRegSpec.standard(),
                WmseSpec.standard(),
                AlignUniformSpec.standard(),
                LeJepaSpec.standard(),
                ClipSpec.standard());
    }

    /** Creates the objective. */
    Objective build();
}

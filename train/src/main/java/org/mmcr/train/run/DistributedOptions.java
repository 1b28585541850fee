package org.mmcr.train.run;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.apiguardian.api.API;
import org.mmcr.train.distributed.GradientDtype;

/** Settings of a run on several processes. */
@API(status = API.Status.STABLE)
public record DistributedOptions(
        @JsonPropertyDescription(
                "how long a process waits for another before it gives up; must exceed the time of a kNN measurement")
        double timeoutSeconds,

        @JsonPropertyDescription("number format of exchanged gradients: fp32, or bf16 for half the bytes")
        GradientDtype gradients,

        @JsonPropertyDescription("whether gradients are exchanged during the backward pass; the sums are the same")
        boolean overlap) {

    public DistributedOptions {
        ConfigChecks.positive("distributed timeoutSeconds", timeoutSeconds);
    }
}

package org.mmcr.train.run;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.apiguardian.api.API;
import org.mmcr.train.distributed.GradientDtype;

/** What only a run of several processes needs. */
@API(status = API.Status.STABLE)
public record DistributedOptions(
        @JsonPropertyDescription(
                "how long a process waits for another before it gives up; above the time of a kNN measurement")
        double timeoutSeconds,

        @JsonPropertyDescription("numbers in which gradients travel: fp32, or bf16 for half the bytes")
        GradientDtype gradients,

        @JsonPropertyDescription("whether gradients travel while the backward pass goes on; the sums are the same")
        boolean overlap) {

    public DistributedOptions {
        ConfigChecks.positive("distributed timeoutSeconds", timeoutSeconds);
    }

    /** What applies where a recipe says nothing. */
    public static DistributedOptions defaults() {
        return new DistributedOptions(600, GradientDtype.FP32, true);
    }
}

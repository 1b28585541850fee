package org.mmcr.train.run;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.apiguardian.api.API;

/** Optional kNN measurement while training. It needs labels; the training itself does not use them. */
@API(status = API.Status.STABLE)
public record MonitorOptions(
        @JsonPropertyDescription("steps between kNN measurements on held-out labelled samples; 0: none")
        long steps,

        @JsonPropertyDescription("samples held out of training and classified, at most a tenth of the labelled ones")
        int heldOut,

        @JsonPropertyDescription("training samples among which their neighbours are searched")
        int bank,

        @JsonPropertyDescription("number of neighbours") int k,

        @JsonPropertyDescription("weight of a neighbour is exp(similarity / temperature)")
        double temperature) {

    public MonitorOptions {
        ConfigChecks.notNegative("monitor steps", steps);
        ConfigChecks.positive("monitor heldOut", heldOut);
        ConfigChecks.positive("monitor bank", bank);
        ConfigChecks.positive("monitor k", k);
        ConfigChecks.positive("monitor temperature", temperature);
    }
}

package org.mmcr.train.run;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.apiguardian.api.API;

/** The optional k-nearest-neighbour measurement while training; needs labels, which the training itself never sees. */
@API(status = API.Status.STABLE)
public record MonitorOptions(
        @JsonPropertyDescription("steps between measurements, 0 for none")
        long steps,

        @JsonPropertyDescription("pictures kept out of training and classified")
        int heldOut,

        @JsonPropertyDescription("training pictures that they are compared with")
        int bank,

        @JsonPropertyDescription("neighbours") int k,

        @JsonPropertyDescription("weight of a neighbour is exp(similarity / temperature)")
        double temperature) {

    public MonitorOptions {
        ConfigChecks.notNegative("monitor steps", steps);
        ConfigChecks.positive("monitor heldOut", heldOut);
        ConfigChecks.positive("monitor bank", bank);
        ConfigChecks.positive("monitor k", k);
        ConfigChecks.positive("monitor temperature", temperature);
    }

    /** No measurement. */
    public static MonitorOptions defaults() {
        return new MonitorOptions(0, 1000, 10000, 20, 0.07);
    }
}

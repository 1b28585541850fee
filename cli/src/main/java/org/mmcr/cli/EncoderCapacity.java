package org.mmcr.cli;

import org.mmcr.analysis.capacity.LayerCapacity;
import org.mmcr.analysis.capacity.LayerProfile;
import org.mmcr.core.capacity.CapacityProgress;
import org.mmcr.data.DataSource;
import org.mmcr.train.evaluate.EncoderFeatures;

/**
 * Capacity of labelled pictures in an encoder.
 *
 * @param chosen the encoder
 * @param data the labelled pictures
 * @param seed of the weights before training where the encoder is not of a run
 */
record EncoderCapacity(ChosenEncoder chosen, DataSource data, LayerProfile.Setting setting, long seed) {

    /** Measures every layer, before and after training. */
    LayerProfile layers(EncoderFeatures network, CapacityProgress progress) {
        return LayerProfile.measure(untrained(network), trained(network), data, setting, progress);
    }

    /** Measures the features alone, where the layers are unknown. */
    LayerCapacity features(CapacityProgress progress) {
        return LayerProfile.features(chosen.features(), data, setting, progress);
    }

    private LayerProfile.Network trained(EncoderFeatures network) {
        return chosen.run().<LayerProfile.Network>map(run -> run.model()::embed).orElse(network.encoder()::forward);
    }

    /** The same network before training; of a file, a new draw of its weights. */
    private LayerProfile.Network untrained(EncoderFeatures network) {
        return chosen.run()
                .<LayerProfile.Network>map(run -> run.untrained().model()::embed)
                .orElseGet(() -> network.untrained(seed).encoder()::forward);
    }
}

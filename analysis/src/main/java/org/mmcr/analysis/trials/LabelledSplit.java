package org.mmcr.analysis.trials;

import java.util.Optional;
import java.util.stream.IntStream;
import org.mmcr.data.DataSource;
import org.mmcr.data.DataSources;
import org.mmcr.train.evaluate.StratifiedSplit;

/**
 * Labelled data in two parts, a tenth of each class held out.
 *
 * @param rest samples that are not held out
 * @param heldOut samples that are held out
 */
public record LabelledSplit(DataSource rest, DataSource heldOut) {
    private static final double HELD_OUT = 0.1;

    /**
     * Splits labelled data, which stay open; empty if every class is too small to hold out a sample.
     *
     * @param data every sample has a label
     * @param seed of the choice
     */
    public static Optional<LabelledSplit> of(DataSource data, long seed) {
        int[] labels = IntStream.range(0, data.size())
                .map(sample -> data.label(sample).orElseThrow())
                .toArray();
        StratifiedSplit split = StratifiedSplit.of(labels, data.classNames().size(), HELD_OUT, seed);
        return split.heldOut().length == 0
                ? Optional.empty()
                : Optional.of(new LabelledSplit(
                        DataSources.subset(data, split.rest()), DataSources.subset(data, split.heldOut())));
    }
}

package org.mmcr.analysis.trials;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.mmcr.data.DataSource;
import org.mmcr.data.DataSources;
import org.mmcr.train.evaluate.EvaluationData;
import org.mmcr.train.evaluate.EvaluationOptions;
import org.mmcr.train.evaluate.StratifiedSplit;

/**
 * The data of trials: what they train on, and labelled data that measure them.
 *
 * @param trained trained on
 * @param measured samples of {@code trained} and others to classify; empty without labels
 */
public record TrialData(DataSource trained, Optional<EvaluationData> measured) {
    private static final double HELD_OUT = 0.1;

    /**
     * Splits some data, which stay open.
     *
     * @param data to train on
     * @param test labelled data to classify; if empty, a tenth of each class of {@code data} is held out, if all of it
     *     has labels
     */
    public static TrialData of(DataSource data, Optional<DataSource> test, EvaluationOptions options) {
        if (test.isPresent()) {
            return new TrialData(data, Optional.of(EvaluationData.of(data, test.get(), options)));
        }
        if (!isLabelled(data)) {
            return new TrialData(data, Optional.empty());
        }
        int[] labels = IntStream.range(0, data.size())
                .map(sample -> data.label(sample).orElseThrow())
                .toArray();
        StratifiedSplit split = StratifiedSplit.of(labels, data.classNames().size(), HELD_OUT, options.seed());
        if (split.heldOut().length == 0) {
            return new TrialData(data, Optional.empty());
        }
        DataSource rest = DataSources.subset(data, split.rest());
        DataSource heldOut = DataSources.subset(data, split.heldOut());
        return new TrialData(rest, Optional.of(new EvaluationData(rest, heldOut, List.of())));
    }

    private static boolean isLabelled(DataSource data) {
        return data.size() > 0
                && IntStream.range(0, data.size())
                        .allMatch(sample -> data.label(sample).isPresent());
    }
}

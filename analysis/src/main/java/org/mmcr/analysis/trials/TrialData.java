package org.mmcr.analysis.trials;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.mmcr.data.DataSource;
import org.mmcr.train.evaluate.EvaluationData;
import org.mmcr.train.evaluate.EvaluationOptions;

/**
 * The data of trials: what they train on, and labelled data that measure them.
 *
 * @param trained trained on
 * @param measured samples of {@code trained} and others to classify; empty without labels
 */
public record TrialData(DataSource trained, Optional<EvaluationData> measured) {
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
        Optional<LabelledSplit> split = isLabelled(data) ? LabelledSplit.of(data, options.seed()) : Optional.empty();
        return split.map(parts -> new TrialData(
                        parts.rest(), Optional.of(new EvaluationData(parts.rest(), parts.heldOut(), List.of()))))
                .orElseGet(() -> new TrialData(data, Optional.empty()));
    }

    private static boolean isLabelled(DataSource data) {
        return data.size() > 0
                && IntStream.range(0, data.size())
                        .allMatch(sample -> data.label(sample).isPresent());
    }
}

package org.mmcr.analysis.comparison;

import java.util.List;
import org.mmcr.analysis.trials.DataUsed;
import org.mmcr.core.MmcrException;
import org.mmcr.data.DataSource;
import org.mmcr.train.run.PretrainConfig;

/**
 * Everything that determines the numbers of a comparison, apart from the machine. It is written into the folder, and a
 * comparison continues only with the settings it was started with.
 *
 * @param train location and fingerprint of the training data
 * @param test location and fingerprint of the test data
 * @param objectives names in recipes, in the order of the table
 * @param seeds number of runs of each objective
 * @param tuningTrials number of tuning trials of each objective; 0: published settings
 * @param labelsPerClass numbers of labels with which the linear probe is repeated
 * @param draws number of draws of those labels
 * @param config configuration of all trials as YAML; objective, learning rate and seed are replaced
 */
public record ComparisonSettings(
        DataUsed train,
        DataUsed test,
        List<String> objectives,
        int seeds,
        int tuningTrials,
        List<Integer> labelsPerClass,
        int draws,
        String config) {
    public ComparisonSettings {
        objectives = List.copyOf(objectives);
        labelsPerClass = List.copyOf(labelsPerClass);
        if (objectives.isEmpty() || objectives.stream().distinct().count() < objectives.size()) {
            throw new MmcrException(
                    "expected each objective once, found " + objectives + "; name at least one, each one time");
        }
        if (seeds < 1 || tuningTrials < 0) {
            throw new MmcrException("expected at least 1 seed and 0 or more tuning trials, found " + seeds + " and "
                    + tuningTrials + "; for example --seeds 3 --tune 4");
        }
    }

    /** Settings for two sources, which stay open. */
    public static ComparisonSettings of(
            DataSource train,
            DataSource test,
            List<String> objectives,
            int seeds,
            int tuningTrials,
            List<Integer> labelsPerClass,
            int draws,
            PretrainConfig config) {
        return new ComparisonSettings(
                DataUsed.of(train),
                DataUsed.of(test),
                objectives,
                seeds,
                tuningTrials,
                labelsPerClass,
                draws,
                config.toYaml());
    }

    /** Number of runs. */
    public int trials() {
        return objectives.size() * (tuningTrials + seeds);
    }

    /** Names what differs from other settings. */
    String difference(ComparisonSettings other) {
        return !train.equals(other.train) || !test.equals(other.test)
                ? "data"
                : !objectives.equals(other.objectives)
                        ? "objectives"
                        : seeds != other.seeds || tuningTrials != other.tuningTrials
                                ? "numbers of seeds or tuning trials"
                                : !config.equals(other.config) ? "options of training" : "numbers of labels";
    }
}

package org.mmcr.analysis.comparison;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Optional;
import org.mmcr.analysis.trials.DataUsed;
import org.mmcr.analysis.trials.InitialWeights;
import org.mmcr.core.MmcrException;
import org.mmcr.data.DataSource;
import org.mmcr.train.run.PretrainConfig;

/**
 * Everything that determines the numbers of a comparison, apart from the machine. It is written into the folder.
 *
 * @param train location and fingerprint of the training data
 * @param test location and fingerprint of the test data
 * @param objectives names in recipes, in the order of the table
 * @param seeds number of runs of each objective
 * @param tuningTrials number of tuning trials of each objective; 0: published settings
 * @param labelsPerClass numbers of labels with which the linear probe is repeated
 * @param draws number of draws of those labels
 * @param config configuration of all trials as YAML; objective, learning rate and seed are replaced
 * @param weights fingerprint of the initial weights; empty without them, or if an earlier version wrote the settings
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record ComparisonSettings(
        DataUsed train,
        DataUsed test,
        List<String> objectives,
        int seeds,
        int tuningTrials,
        List<Integer> labelsPerClass,
        int draws,
        String config,
        Optional<String> weights) {
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
                config.toYaml(),
                InitialWeights.fingerprint(config));
    }

    /** Number of runs. */
    public int trials() {
        return objectives.size() * (tuningTrials + seeds);
    }

    /**
     * Names what differs from other settings and changes a trial's numbers; empty if nothing does. Seeds and objectives
     * may be added and left out: no trial depends on the others' objectives, and each seed is a run of its own.
     */
    Optional<String> conflict(ComparisonSettings other) {
        if (!train.hasContentOf(other.train) || !test.hasContentOf(other.test)) {
            return Optional.of("data");
        }
        if (tuningTrials != other.tuningTrials) {
            return Optional.of("numbers of tuning trials");
        }
        if (!config.equals(other.config)) {
            return Optional.of("options of training");
        }
        if (InitialWeights.differ(weights, other.weights)) {
            return Optional.of("initial weights");
        }
        boolean sameLabels = labelsPerClass.equals(other.labelsPerClass) && draws == other.draws;
        return sameLabels ? Optional.empty() : Optional.of("numbers of labels");
    }
}

package org.mmcr.report.comparison;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.mmcr.core.MmcrException;
import org.mmcr.data.DataSource;
import org.mmcr.data.io.Json;
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
        Data train,
        Data test,
        List<String> objectives,
        int seeds,
        int tuningTrials,
        List<Integer> labelsPerClass,
        int draws,
        String config) {
    private static final String FILE = "settings.json";

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

    /** A data source as it was used. */
    public record Data(String location, String fingerprint, int samples) {
        static Data of(DataSource source) {
            return new Data(source.location(), source.fingerprint(), source.size());
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
                Data.of(train), Data.of(test), objectives, seeds, tuningTrials, labelsPerClass, draws, config.toYaml());
    }

    /** Number of runs. */
    public int trials() {
        return objectives.size() * (tuningTrials + seeds);
    }

    /** Writes the settings into a new folder, or checks that the folder has the same. */
    void claim(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        if (!Files.exists(file)) {
            Json.write(file, this);
            return;
        }
        ComparisonSettings started = Json.read(file, ComparisonSettings.class);
        if (!started.equals(this)) {
            throw new MmcrException("expected the settings with which the comparison in " + folder
                    + " was started (settings.json), found other " + difference(started)
                    + "; repeat the first command to continue it, or give another folder");
        }
    }

    private String difference(ComparisonSettings other) {
        return !train.equals(other.train) || !test.equals(other.test)
                ? "data"
                : !objectives.equals(other.objectives)
                        ? "objectives"
                        : seeds != other.seeds || tuningTrials != other.tuningTrials
                                ? "numbers of seeds or tuning trials"
                                : !config.equals(other.config) ? "options of training" : "numbers of labels";
    }
}

package org.mmcr.train.run;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.mmcr.core.MmcrException;
import org.mmcr.data.DataSource;
import org.mmcr.data.DataSources;

/**
 * The provenance of a run: {@code run.json} of its folder.
 *
 * @param dataLocation an absolute path, with {@code #inner/folder} where there is one, or what a source of the caller's
 *     own names itself
 * @param dataFingerprint of names, labels and content; a resumed run needs data with the same
 * @param pictures readable ones
 * @param brokenPictures skipped ones, listed in {@code broken.csv}
 * @param adapters low-rank adapters, if the run trains some
 * @param objective and its figures
 * @param starts one instant (ISO 8601) for each time the run was started or resumed
 * @param end when it last ended regularly; empty while it runs or after a crash
 * @param totals at that end
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record RunReport(
        Machine machine,
        String dataLocation,
        String dataFingerprint,
        int pictures,
        int brokenPictures,
        long seed,
        String precision,
        Optional<String> device,
        int computeThreads,
        int loaderThreads,
        Optional<Adaptation> adapters,
        ObjectiveDescription objective,
        List<String> starts,
        Optional<String> end,
        Optional<TrainingTotals> totals) {

    /** The report of a run that starts. */
    static RunReport of(TrainStart start, DataSource data, List<String> starts) {
        return new RunReport(
                Machine.here(),
                DataSources.absolute(data.location()),
                data.fingerprint(),
                data.size(),
                data.broken().size(),
                start.config().seed(),
                start.precision().name().toLowerCase(Locale.ROOT),
                Optional.of(start.device().toString()),
                start.computeThreads(),
                start.loaderThreads(),
                start.adaptation(),
                start.objective(),
                List.copyOf(starts),
                Optional.empty(),
                Optional.empty());
    }

    RunReport ended(String instant, TrainingTotals atEnd) {
        return new RunReport(
                machine,
                dataLocation,
                dataFingerprint,
                pictures,
                brokenPictures,
                seed,
                precision,
                device,
                computeThreads,
                loaderThreads,
                adapters,
                objective,
                starts,
                Optional.of(instant),
                Optional.of(atEnd));
    }

    /**
     * Reads the report of a run.
     *
     * @throws MmcrException if the run has none or it cannot be read
     */
    public static RunReport read(RunDirectory run) {
        return run.readJson(run.provenance(), RunReport.class);
    }

    /**
     * Returns the location of the data that a run was trained on.
     *
     * @throws MmcrException if the run does not say
     */
    public static String trainingData(RunDirectory run) {
        if (!Files.exists(run.provenance())) {
            throw new MmcrException(
                    "expected the location of the training data in the run, found none; give it with --data");
        }
        return read(run).dataLocation();
    }
}

package org.mmcr.train.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import org.mmcr.core.MmcrException;
import org.mmcr.data.DataSource;
import org.mmcr.data.io.Csv;

/**
 * Where a run's result comes from: {@code run.json} of its folder.
 *
 * @param dataLocation as given to the trainer
 * @param dataFingerprint of names and sizes; a resumed run must find the same
 * @param pictures readable ones
 * @param brokenPictures skipped ones, listed in {@code broken.csv}
 * @param starts one instant (ISO 8601) for each time the run was started or resumed
 * @param end when it last ended in order; empty while it runs or after a crash
 * @param summary what it did until then
 */
public record RunReport(
        Machine machine,
        String dataLocation,
        String dataFingerprint,
        int pictures,
        int brokenPictures,
        long seed,
        String precision,
        int computeThreads,
        int loaderThreads,
        List<String> starts,
        Optional<String> end,
        Optional<Totals> summary) {

    /** The numbers of {@link TrainSummary} that are worth keeping. */
    public record Totals(
            boolean finished,
            long steps,
            double epochs,
            long viewsSeen,
            double seconds,
            double viewsPerSecond,
            double dataWait,
            double loss,
            double percentError) {
        static Totals of(TrainSummary summary) {
            return new Totals(
                    summary.finished(),
                    summary.steps(),
                    summary.epochs(),
                    summary.viewsSeen(),
                    summary.seconds(),
                    summary.viewsPerSecond(),
                    summary.dataWait(),
                    summary.loss(),
                    summary.percentError());
        }
    }

    /**
     * Reads the report of a run.
     *
     * @throws MmcrException if the run has none or it cannot be read
     */
    public static RunReport read(RunDirectory run) {
        try {
            return RunJson.MAPPER.readValue(Files.readString(run.provenance()), RunReport.class);
        } catch (IOException e) {
            throw RunDirectory.unusable(run.provenance(), e);
        }
    }

    void write(RunDirectory run) {
        try {
            run.write(
                    run.provenance(),
                    RunJson.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(this) + "\n");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a run report does not serialise", e);
        }
    }

    RunReport ended(String instant, TrainSummary totals) {
        return new RunReport(
                machine,
                dataLocation,
                dataFingerprint,
                pictures,
                brokenPictures,
                seed,
                precision,
                computeThreads,
                loaderThreads,
                starts,
                Optional.of(instant),
                Optional.of(Totals.of(totals)));
    }

    /** Writes the list of skipped pictures. */
    static void writeBroken(RunDirectory run, DataSource data) {
        List<String> rows = data.broken().stream()
                .map(picture -> Csv.row(picture.name(), picture.reason().replaceAll("[\r\n]", " ")))
                .toList();
        run.write(run.broken(), Csv.table("name,reason", rows));
    }
}

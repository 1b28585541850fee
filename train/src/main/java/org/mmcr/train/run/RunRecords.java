package org.mmcr.train.run;

import java.nio.file.Files;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.mmcr.data.DataSource;
import org.mmcr.train.encoder.Precision;

/** Writes what a run's folder says about where its result comes from. */
final class RunRecords {
    private RunRecords() {}

    /** Writes configuration, report and list of broken pictures; a resumed run adds a start to its report. */
    static RunReport begin(
            PretrainConfig config,
            DataSource data,
            RunDirectory run,
            Precision precision,
            ThreadShares threads,
            boolean resuming) {
        if (!resuming) {
            run.write(run.config(), config.toYaml());
        }
        List<String> starts = new ArrayList<>();
        if (resuming && Files.exists(run.provenance())) {
            starts.addAll(RunReport.read(run).starts());
        }
        starts.add(now());
        RunReport report = new RunReport(
                Machine.here(),
                data.location(),
                data.fingerprint(),
                data.size(),
                data.broken().size(),
                config.seed(),
                precision.name().toLowerCase(java.util.Locale.ROOT),
                threads.compute(),
                threads.loader(),
                List.copyOf(starts),
                Optional.empty(),
                Optional.empty());
        report.write(run);
        RunReport.writeBroken(run, data);
        return report;
    }

    static String now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    }
}

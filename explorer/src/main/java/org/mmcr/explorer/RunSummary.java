package org.mmcr.explorer;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.Json;
import org.mmcr.train.run.ObjectiveDescription;
import org.mmcr.train.run.PretrainConfig;
import org.mmcr.train.run.RunDirectory;
import org.mmcr.train.run.RunReport;
import org.mmcr.train.run.TrainingTotals;

/**
 * The summary of a run above its curves.
 *
 * @param name of its folder
 * @param status {@code running}, {@code finished} or {@code stopped}
 * @param data location of its data
 * @param pictures number of samples; 0 while unknown
 * @param samples N of a step
 * @param views K
 * @param dimension D
 * @param seed of the run
 * @param minutes of training; 0 while it runs
 * @param accuracies of the trained encoder by title of the protocol, from the run's evaluation; empty without one
 * @param objective with the figures that its curves show, once the run has started
 */
record RunSummary(
        String name,
        String status,
        String data,
        int pictures,
        int samples,
        int views,
        int dimension,
        long seed,
        double minutes,
        Map<String, Double> accuracies,
        Optional<ObjectiveDescription> objective) {
    /** Protocols whose accuracy stands beside the curves. */
    private static final Set<String> SHOWN = Set.of("linear", "knn20", "knn200");

    /** Time without a write after which a run counts as stopped. */
    private static final Duration SILENCE = Duration.ofMinutes(2);

    static RunSummary of(RunDirectory run) {
        PretrainConfig config = run.readConfig();
        int dimension = config.model().projector().dimension();
        Optional<RunReport> report = report(run);
        return new RunSummary(
                String.valueOf(run.root().toAbsolutePath().normalize().getFileName()),
                status(run, report),
                report.map(RunReport::dataLocation).orElse(""),
                report.map(RunReport::pictures).orElse(0),
                config.stepPictures(),
                config.views(),
                dimension,
                config.seed(),
                report.flatMap(RunReport::totals).map(TrainingTotals::seconds).orElse(0.0) / 60,
                accuracies(run),
                report.map(RunReport::objective));
    }

    /** Returns the accuracies beside the curves, those of few labels left out. */
    private static Map<String, Double> accuracies(RunDirectory run) {
        Map<String, Double> found = new LinkedHashMap<>();
        if (Files.exists(run.evaluation())) {
            try {
                for (JsonNode subject : Json.tree(run.evaluation()).path("subjects")) {
                    if (subject.path("name").asText().equals("trained")) {
                        subject.path("protocols").forEach(one -> {
                            if (SHOWN.contains(one.path("name").asText())) {
                                found.put(
                                        one.path("title").asText(),
                                        one.at("/score/top1").asDouble());
                            }
                        });
                    }
                }
            } catch (IOException | MmcrException e) {
                return Map.of(); // the curves can be shown without it
            }
        }
        return Collections.unmodifiableMap(found);
    }

    private static Optional<RunReport> report(RunDirectory run) {
        try {
            return Files.exists(run.provenance()) ? Optional.of(RunReport.read(run)) : Optional.empty();
        } catch (MmcrException e) {
            return Optional.empty(); // the curves can be shown without it
        }
    }

    private static String status(RunDirectory run, Optional<RunReport> report) {
        if (report.flatMap(RunReport::end).isPresent()) {
            return report.flatMap(RunReport::totals)
                            .filter(TrainingTotals::finished)
                            .isPresent()
                    ? "finished"
                    : "stopped";
        }
        return changedLately(run.metrics()) ? "running" : "stopped";
    }

    private static boolean changedLately(Path file) {
        try {
            return Files.exists(file)
                    && Files.getLastModifiedTime(file)
                            .toInstant()
                            .isAfter(Instant.now().minus(SILENCE));
        } catch (IOException e) {
            return false;
        }
    }
}

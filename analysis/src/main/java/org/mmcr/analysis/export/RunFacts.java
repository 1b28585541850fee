package org.mmcr.analysis.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.Map;
import org.mmcr.data.DataSources;
import org.mmcr.data.io.FileFailure;
import org.mmcr.data.io.Json;
import org.mmcr.train.run.Machine;
import org.mmcr.train.run.RunDirectory;
import org.mmcr.train.run.RunReport;
import org.mmcr.train.run.TrainedModel;

/** The provenance of a run's encoder, for the metadata of exported files. */
final class RunFacts {
    private RunFacts() {}

    static Map<String, String> of(RunDirectory run, TrainedModel model) {
        RunReport report = RunReport.read(run);
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("producer", "mmcr");
        facts.put("version", Machine.mmcrVersion());
        facts.put("recipe", model.config().toYaml());
        facts.put(SavedEncoder.PRECISION, SavedEncoder.name(model.config().precision()));
        facts.put("steps", String.valueOf(model.step()));
        facts.put("data", DataSources.withoutFolders(report.dataLocation()));
        facts.put("data_fingerprint", report.dataFingerprint());
        facts.put("pictures", String.valueOf(report.pictures()));
        facts.put("metrics", metrics(run, model, report).toString());
        return facts;
    }

    /** Returns the final loss and figures of the objective, and the accuracies if these weights were evaluated. */
    private static ObjectNode metrics(RunDirectory run, TrainedModel model, RunReport report) {
        ObjectNode metrics = Json.mapper().createObjectNode();
        report.totals().filter(totals -> totals.steps() == model.step()).ifPresent(totals -> {
            metrics.put("loss", totals.loss());
            totals.figures().forEach(metrics::put);
        });
        if (Files.isRegularFile(run.evaluation()) && SavedProbe.isOf(run, model)) {
            JsonNode evaluation = read(run);
            evaluation
                    .at("/subjects/0/protocols")
                    .forEach(result -> metrics.set(result.path("name").asText(), result.at("/score/top1")));
            metrics.set("test_data", evaluation.at("/test/location"));
            metrics.set("test_pictures", evaluation.at("/test/pictures"));
        }
        return metrics;
    }

    private static JsonNode read(RunDirectory run) {
        try {
            return Json.tree(run.evaluation(), "subjects", "test");
        } catch (IOException e) {
            throw FileFailure.exception("the run's evaluation in " + run.evaluation(), e, "evaluate it again");
        }
    }
}

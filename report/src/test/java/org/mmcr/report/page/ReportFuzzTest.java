package org.mmcr.report.page;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mmcr.data.Fuzzer;

/** Damaged documents of a run, which the page shows. */
@Tag("long")
class ReportFuzzTest {
    @TempDir
    static Path made;

    @TempDir
    Path folder;

    @ParameterizedTest
    @MethodSource
    void document_damaged_isShownOrFailsInOneLine(Fuzzer.Target target) throws Exception {
        Fuzzer.run(target, folder);
    }

    static List<Fuzzer.Target> document_damaged_isShownOrFailsInOneLine() throws IOException {
        Path run = HostileRun.write(made.resolve("run"), 5, 4);
        List<Fuzzer.Target> targets = new ArrayList<>();
        for (String name : List.of(
                "run.json",
                "metrics.jsonl",
                "epochs.jsonl",
                "monitor.jsonl",
                "quality.jsonl",
                "evaluation.json",
                "analysis.json",
                "capacity.json",
                "layers.json",
                "picture-sample.json")) {
            targets.add(Fuzzer.Target.inPlaceOf(run.resolve(name), 12, file -> RunDocument.read(run)));
        }
        return targets;
    }
}

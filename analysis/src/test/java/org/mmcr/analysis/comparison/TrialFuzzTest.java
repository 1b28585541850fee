package org.mmcr.analysis.comparison;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mmcr.analysis.comparison.TrialResult.PathPoint;
import org.mmcr.analysis.threshold.ThresholdGrid;
import org.mmcr.analysis.threshold.ThresholdResult;
import org.mmcr.analysis.threshold.ThresholdSettings;
import org.mmcr.analysis.trials.DataUsed;
import org.mmcr.analysis.trials.TrialFolder;
import org.mmcr.data.Fuzzer;

/** Damaged settings and results in the folders of a comparison and of a study. */
@Tag("long")
class TrialFuzzTest {
    private static final DataUsed DATA = new DataUsed("train", "1", 100);
    private static final ComparisonSettings COMPARISON = new ComparisonSettings(
            DATA, DATA, List.of("mmcr", "simclr"), 2, 1, List.of(1), 3, "batch: 8", Optional.of("ab12"));
    private static final ThresholdSettings STUDY = new ThresholdSettings(
            DATA,
            Optional.of(DATA),
            new ThresholdGrid(List.of(4, 8), List.of(3, 6), List.of(2), 64, 1),
            "batch: 8",
            Optional.empty());

    @TempDir
    static Path made;

    @TempDir
    Path folder;

    @ParameterizedTest
    @MethodSource
    void file_damaged_isReadOrFailsInOneLine(Fuzzer.Target target) throws Exception {
        Fuzzer.run(target, folder);
    }

    static List<Fuzzer.Target> file_damaged_isReadOrFailsInOneLine() throws IOException {
        TrialFolder comparison = new TrialFolder(made.resolve("comparison"));
        claim(comparison);
        comparison.finish("mmcr", trained());
        TrialFolder study = new TrialFolder(made.resolve("study"));
        claimStudy(study);
        study.finish("cell", measured());
        Fuzzer.Target ofStudy = Fuzzer.Target.inPlaceOf(settings(study), 150, file -> claimStudy(study));
        return List.of(
                Fuzzer.Target.inPlaceOf(settings(comparison), 200, file -> claim(comparison)),
                new Fuzzer.Target("study/" + ofStudy.name(), ofStudy.inputs(), ofStudy.seeds(), ofStudy.reader()),
                Fuzzer.Target.inPlaceOf(
                        comparison.root().resolve("trials/mmcr.json"),
                        200,
                        file -> comparison.result("mmcr", TrialResult.class)),
                Fuzzer.Target.inPlaceOf(
                        study.root().resolve("trials/cell.json"),
                        150,
                        file -> study.result("cell", ThresholdResult.class)));
    }

    private static Path settings(TrialFolder trials) {
        return trials.root().resolve(TrialFolder.SETTINGS);
    }

    private static void claim(TrialFolder trials) throws IOException {
        trials.claim(COMPARISON, ComparisonSettings.class, "comparison", ComparisonSettings::conflict);
    }

    private static void claimStudy(TrialFolder trials) throws IOException {
        trials.claim(STUDY, ThresholdSettings.class, "study", ThresholdSettings::conflict);
    }

    private static TrialResult trained() {
        PathPoint point =
                new PathPoint(3, 48, 0.5, 0.75, OptionalDouble.of(0.5), OptionalDouble.empty(), OptionalDouble.of(-1));
        return new TrialResult(
                "mmcr",
                true,
                0,
                0.1,
                "localWeight",
                1,
                3,
                48,
                0.5,
                0.1,
                1 << 20,
                Map.of("linear", 0.5),
                List.of(point),
                List.of("a note"));
    }

    private static ThresholdResult measured() {
        return new ThresholdResult(
                4,
                3,
                2,
                0,
                8,
                64,
                Map.of(ThresholdResult.PERCENT_ERROR, 0.25),
                List.of(0.5, 0.25),
                List.of(0.5, 0.125),
                1.5,
                List.of());
    }
}

package org.mmcr.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.mmcr.cli.CliRun.mmcr;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.mmcr.data.io.AtomicFiles;

/** Settings of comparisons: what is chosen, planned, continued and refused. */
@Tag("long")
class CompareSettingsTest extends CompareFixture {
    /**
     * Exchanged labels of the test data would turn every accuracy on them around. What is chosen from the figures is in
     * {@link #compare_afterTuning_takesTheSettingsWithTheBestValidation}.
     */
    @Test
    void compare_withOtherTestData_hasTheSameFiguresToChooseFrom() throws IOException {
        Path before = temp.resolve("before");
        Path after = temp.resolve("after");
        Object[] options = {"--objectives", "mmcr", "--seeds", 1, "--tune", 2};
        assertThat(compare(before, options).code()).isZero();
        Path round = Files.move(test.resolve("round"), temp.resolve("aside"));
        Files.move(test.resolve("square"), test.resolve("round"));
        Files.move(round, test.resolve("square"));
        assertThat(compare(after, options).code()).isZero();
        JsonNode one = document(before);
        JsonNode other = document(after);
        for (int tuning = 0; tuning < 2; tuning++) {
            assertThat(one.at("/trials/" + tuning + "/figures/validation_linear")
                            .isNumber())
                    .isTrue();
            assertThat(other.at("/trials/" + tuning + "/figures")).isEqualTo(one.at("/trials/" + tuning + "/figures"));
        }
        assertThat(mean(other, "linear", "mmcr")).isNotEqualTo(mean(one, "linear", "mmcr"));
    }

    /** The accuracies of so few pictures may be equal, so others take their place in the files of the trials. */
    @Test
    void compare_afterTuning_takesTheSettingsWithTheBestValidation() throws IOException {
        Path out = temp.resolve("out");
        Object[] options = {"--objectives", "mmcr", "--seeds", 1, "--tune", 2};
        assertThat(compare(out, options).code()).isZero();
        for (int best = 0; best < 2; best++) {
            for (int tuning = 0; tuning < 2; tuning++) {
                Path file = out.resolve("trials/mmcr-tune" + tuning + ".json");
                setFigure(file, "validation_linear", tuning == best ? 0.75 : 0.25);
            }
            Files.delete(out.resolve("trials/mmcr-seed0.json"));
            AtomicFiles.deleteTree(out.resolve("trials/mmcr-seed0"));
            CliRun again = compare(out, options);
            assertThat(again.code()).as(again.err()).isZero();
            JsonNode trials = document(out).get("trials");
            assertThat(trials.at("/0/learning_rate")).isNotEqualTo(trials.at("/1/learning_rate"));
            assertThat(trials.at("/2/learning_rate")).isEqualTo(trials.at("/" + best + "/learning_rate"));
            assertThat(trials.at("/2/weight")).isEqualTo(trials.at("/" + best + "/weight"));
        }
    }

    /** Changes a figure in the file of a trial that is done. */
    @Test
    void compare_dryRun_saysHowLongItTakesAndWritesNothing() {
        Path out = temp.resolve("out");
        JsonNode estimate = mmcr(command(
                                out, "--objectives", "mmcr,simclr", "--seeds", 3, "--tune", 1, "--dry-run", "--json")
                        .toArray())
                .json();
        assertThat(estimate.get("trials").intValue()).isEqualTo(8);
        assertThat(estimate.get("training_seconds").doubleValue())
                .isCloseTo(8 * 8 * estimate.get("seconds_per_step").doubleValue(), within(1e-9));
        assertThat(out).doesNotExist();
        CliRun minutes = mmcr(command(out, List.of("--minutes", 10), "--objectives", "mmcr", "--dry-run")
                .toArray());
        assertThat(minutes.out()).contains("3 trials: training 30 min");
    }

    @Test
    void compare_wrongUse_isOneLine() throws IOException {
        Path out = temp.resolve("out");
        compare(out, "--objectives", "mmcr,simclrr").assertIsWrongUsage("did you mean 'simclr'?");
        compare(out, "--objectives", "mmcr,cross-entropy").assertIsWrongUsage("found cross-entropy; leave it out");
        compare(out, "--objectives", "clip").assertIsWrongUsage("found clip; leave it out");
        compare(out, "--objectives", "byol", "--set", "ema.decay=0.9").assertIsWrongUsage("expected ema.decay 0");
        compare(out, "--objectives", "mmcr,mmcr").assertIsWrongUsage("each objective once");
        compare(out, "--objectives", "mmcr", "--seeds", 0).assertIsWrongUsage("at least 1 seed");
        compare(out, "--objectives", "mmcr", "--objective", "simclr").assertIsWrongUsage("--objectives alone");
        compare(out, "--objectives", "simclr", "--set", "views=1").assertIsWrongUsage("at least 2 views");
        compare(out, "--objectives", "simclr", "--set", "ema={decay: 0.9, target: true}")
                .assertIsWrongUsage("ema.target false");
        compare(out, "--objectives", "mmcr", "--set", "checkpoint.keep=2")
                .assertIsWrongUsage("the comparison to determine checkpoint");
        compare(out, "--objectives", "mmcr", "--relabel").assertIsWrongUsage("--keep CSV with --relabel");
        compare(out, "--objectives", "mmcr", "--labels-per-class", 100)
                .assertFailsWithOneLine("at least 100 training samples");
        mmcr(command(out, List.of("--epochs", 2), "--objectives", "mmcr").toArray())
                .assertIsWrongUsage("--minutes or --steps");
        assertThat(out).doesNotExist();
        Files.createDirectories(out);
        Files.writeString(out.resolve("comparison.csv"), "mine");
        compare(out, "--objectives", "mmcr").assertIsWrongUsage("comparison.csv", "--overwrite");
    }

    @Test
    void compare_withOtherSettings_isRefused() {
        Path out = temp.resolve("out");
        assertThat(compare(out, "--objectives", "mmcr", "--seeds", 1).code()).isZero();
        compare(out, "--objectives", "mmcr", "--seeds", 1, "--tune", 1)
                .assertFailsWithOneLine("other numbers of tuning trials", "give another folder");
        compare(out, "--objectives", "mmcr", "--seeds", 1, "--labels-per-class", 2)
                .assertFailsWithOneLine("other numbers of labels");
        compare(out, "--objectives", "mmcr", "--seeds", 1, "--seed", 5).assertFailsWithOneLine("options of training");
        train = test;
        compare(out, "--objectives", "mmcr", "--seeds", 1).assertFailsWithOneLine("other data");
    }

    @Test
    void compare_withMoreSeedsAndObjectives_keepsWhatIsDone() throws IOException {
        Path out = temp.resolve("out");
        assertThat(compare(out, "--objectives", "mmcr", "--seeds", 1).code()).isZero();
        JsonNode first = document(out);
        CliRun more = compare(out, "--objectives", "simclr,mmcr", "--seeds", 2);
        assertThat(more.code()).as(more.err()).isZero();
        assertThat(more.err())
                .contains("trial 1 of 4: simclr", "trial 3 of 4: simclr", "trial 4 of 4: mmcr")
                .doesNotContain("trial 2 of 4");
        assertThat(cell(document(out), "linear", "mmcr").get("n").intValue()).isEqualTo(2);
        assertThat(compare(out, "--objectives", "mmcr", "--seeds", 1).code()).isZero();
        assertThat(cell(document(out), "linear", "mmcr")).isEqualTo(cell(first, "linear", "mmcr"));
    }
}

package org.mmcr.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mmcr.cli.CliRun.mmcr;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A plan from trials of fractions of a second. */
class PlanCommandTest {
    @TempDir
    private Path temp;

    @Test
    void plan_ofLabelledPictures_recommendsARecipeThatPretrainTakes() throws IOException {
        Path data = CliPictures.write(temp.resolve("data"), 24, 1);
        Path base = CliPictures.recipe(temp);
        Path out = temp.resolve("plan.yaml");
        JsonNode plan = mmcr("plan", data, "--minutes", 1, "--candidates", 3, "--recipe", base, "--out", out, "--json")
                .json();
        assertThat(plan.at("/settings/score").textValue()).isEqualTo("accuracy");
        assertThat(plan.at("/settings/trial_seconds").doubleValue()).isEqualTo(6);
        assertThat(plan.get("candidates")).hasSize(3);
        // Three candidates, then the best of them; on a slow machine the time may end before.
        assertThat(plan.get("trials").size()).isBetween(1, 4);
        assertThat(plan.at("/candidates/0/settings/batch").intValue()).isEqualTo(8);
        assertThat(plan.get("words").get(0).textValue()).startsWith("recommended for 1 minutes: batch");
        assertThat(Files.readString(out)).startsWith("# Recommended by mmcr plan for " + data);
        CliRun trained = mmcr("pretrain", data, "--recipe", out, "--steps", 1, "--out", temp.resolve("run"));
        assertThat(trained.code()).as(trained.err()).isZero();
        mmcr("plan", data, "--minutes", 1, "--recipe", base, "--out", out)
                .assertIsWrongUsage("plan.yaml", "--overwrite");
    }

    /** Rows of two classes that take turns: every second of the 2,000 training rows has one class alone. */
    @Test
    void plan_ofClassesThatTakeTurns_measuresBoth() throws IOException {
        Path train = turns("train.csv", 2000);
        Path test = turns("test.csv", 999);
        JsonNode plan = mmcr(
                        "plan",
                        train,
                        "--test",
                        test,
                        "--minutes",
                        1,
                        "--candidates",
                        2,
                        "--batch",
                        32,
                        "--set",
                        "model.encoder.widths=[16]",
                        "--json")
                .json();
        assertThat(plan.get("trials")).isNotEmpty();
        assertThat(plan.get("trials"))
                .filteredOn(trial -> trial.has("score"))
                .allSatisfy(
                        trial -> assertThat(trial.get("score").doubleValue()).isGreaterThan(0.9));
        assertThat(plan.get("words")).anyMatch(line -> line.textValue().startsWith("no accuracy is predicted"));
        assertThat(plan.get("used_seconds").doubleValue())
                .isGreaterThan(plan.get("trials")
                        .valueStream()
                        .mapToDouble(trial -> trial.get("wall_seconds").doubleValue())
                        .sum());
    }

    /** Trials hold out a tenth of each class and the planned run those of its monitor: 65 and 67 rows are left. */
    @Test
    void plan_withAMonitor_holdsOutNoSampleTwice() throws IOException {
        Path data = turns("data.csv", 74);
        CliRun plan = mmcr("plan", data, "--minutes", 1, "--candidates", 0, "--set", "monitor.steps=50");
        assertThat(plan.err()).contains("a batch of 64, because there are 65 rows to train on");
    }

    private Path turns(String name, int rows) throws IOException {
        Random random = new Random(rows);
        StringBuilder text = new StringBuilder("a,b,label\n");
        for (int i = 0; i < rows; i++) {
            double centre = i % 2 == 0 ? -4 : 4;
            text.append(centre + random.nextGaussian()).append(',').append(centre + random.nextGaussian());
            text.append(i % 2 == 0 ? ",low\n" : ",high\n");
        }
        return Files.writeString(temp.resolve(name), text);
    }

    @Test
    void plan_withoutLabels_scoresEveryTrialByInfoNce() {
        Path data = CliPictures.write(temp.resolve("data"), 24, 1).resolve("round");
        JsonNode plan = mmcr(
                        "plan", data, "--minutes", 1, "--candidates", 2, "--recipe", CliPictures.recipe(temp), "--json")
                .json();
        assertThat(plan.at("/settings/score").textValue()).isEqualTo("infonce");
        // At most the logarithm of the 24 pictures.
        assertThat(plan.get("trials"))
                .isNotEmpty()
                .allSatisfy(
                        trial -> assertThat(trial.get("score").doubleValue()).isBetween(-0.1, Math.log(24) + 1e-9));
        assertThat(plan.get("words")).anyMatch(line -> line.textValue().contains("by InfoNCE between two views"));
    }

    /** Some names of the test pictures are those of training pictures, and the curation lacks the others. */
    @Test
    void plan_withACuration_appliesItToTheTrainingDataAlone() {
        Path data = CliPictures.write(temp.resolve("data"), 24, 1);
        Path test = CliPictures.write(temp.resolve("test"), 26, 2);
        Path keep = CliPictures.curation(temp.resolve("curation.csv"), 24, 2);
        Path base = CliPictures.recipe(temp);
        JsonNode plan = mmcr(
                        "plan",
                        data,
                        "--test",
                        test,
                        "--keep",
                        keep,
                        "--minutes",
                        0.5,
                        "--candidates",
                        2,
                        "--recipe",
                        base,
                        "--json")
                .json();
        assertThat(plan.at("/settings/data/samples").intValue()).isEqualTo(46);
        assertThat(plan.at("/settings/score").textValue()).isEqualTo("accuracy");
    }

    @Test
    void plan_wrongUse_isOneLine() {
        Path data = CliPictures.write(temp.resolve("data"), 24, 1);
        Path base = CliPictures.recipe(temp);
        for (String minutes : new String[] {"0", "-1", "NaN"}) {
            mmcr("plan", data, "--minutes", minutes, "--recipe", base).assertIsWrongUsage("--minutes above 0");
        }
        mmcr("plan", data, "--minutes", 1, "--candidates", 0, "--recipe", base)
                .assertIsWrongUsage("at least 1 candidate");
        mmcr("plan", data, "--minutes", 1, "--set", "budget={steps: 3}", "--recipe", base)
                .assertIsWrongUsage("--minutes alone");
        mmcr("plan", data, "--recipe", base).assertIsWrongUsage("--minutes");
        mmcr("plan", data, "--minutes", 1, "--recipe", base, "--relabel")
                .assertIsWrongUsage("--keep CSV with --relabel");
        mmcr("plan", data, "--minutes", 1, "--recipe", base, "--out", base, "--overwrite")
                .assertIsWrongUsage("not an input");
        mmcr("plan", data, "--minutes", 1, "--recipe", base, "--batch", 64)
                .assertIsWrongUsage("a step of at most", "found 64");
        mmcr("plan", data, "--minutes", 1, "--recipe", base, "--batch", 8, "--accumulate", 16)
                .assertIsWrongUsage("a step of at most", "found 128");
    }
}

package org.mmcr.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.mmcr.cli.CliRun.mmcr;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChooseCommandTest {
    @TempDir
    private Path temp;

    @Test
    void choose_ofTwoRuns_recommendsTheLargestValueOfTheirCheckpoints() {
        Path pictures = CliPictures.write(temp.resolve("pictures"), 24, 1);
        Path first = train(pictures, "first", 1);
        Path second = train(pictures, "second", 2);
        JsonNode choice = mmcr("choose", first, second, "--measure", "rankme", "--resamples", 10, "--json")
                .json();
        JsonNode candidates = choice.get("candidates");
        assertThat(candidates).extracting(one -> one.get("step").asLong()).containsExactly(3L, 6L, 3L, 6L);
        double largest = 0;
        for (JsonNode one : candidates) {
            double value = one.at("/value/value").asDouble();
            if (value > largest) {
                largest = value;
            }
        }
        double most = largest;
        assertThat(candidates)
                .filteredOn(one -> one.at("/value/value").asDouble() == most)
                .extracting(one -> one.get("checkpoint"))
                .containsExactly(choice.get("checkpoint"));
        for (JsonNode one : candidates) {
            assertThat(one.at("/below_best/value").asDouble())
                    .isCloseTo(most - one.at("/value/value").asDouble(), within(1e-9));
        }
        // The newest checkpoint has the value that quality measures.
        JsonNode quality = mmcr("quality", first, "--data", pictures, "--resamples", 4, "--json")
                .json();
        assertThat(candidates.get(1).at("/value/value").asDouble())
                .isCloseTo(quality.at("/rankme/value").asDouble(), within(1e-5));
        JsonNode byDefault = mmcr("choose", first, "--resamples", 4, "--json").json();
        assertThat(byDefault.get("measure").asText()).isEqualTo("infonce");
        assertThat(byDefault.at("/candidates/1/value/value").asDouble())
                .isCloseTo(quality.at("/infonce/value").asDouble(), within(1e-5));
        CliRun table = mmcr("choose", first, "--resamples", 4);
        assertThat(table.code()).as(table.err()).isZero();
        assertThat(table.out()).contains("recommended: " + first, "infonce", "short runs on CIFAR-10 alone", "best in");
        assertThat(table.out()).doesNotContain("near its ceiling");
        assertThat(mmcr("choose", first, "--resamples", 4, "--pictures", 2).out())
                .contains("a value is near its ceiling log N = 0.69");
        mmcr("choose", first, "--views", 1).assertIsWrongUsage("--views");
        mmcr("choose", pictures).assertFailsWithOneLine("expected a run's folder");
    }

    private Path train(Path pictures, String name, int seed) {
        Path run = temp.resolve(name);
        CliRun trained = mmcr(
                "pretrain",
                pictures,
                "--out",
                run,
                "--recipe",
                CliPictures.recipe(temp),
                "--seed",
                seed,
                "--set",
                "checkpoint.steps=3");
        assertThat(trained.code()).as(trained.err()).isZero();
        return run;
    }
}

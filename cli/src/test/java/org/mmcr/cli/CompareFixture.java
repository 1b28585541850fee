package org.mmcr.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mmcr.cli.CliRun.mmcr;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Pictures to compare objectives on, and the command of a short comparison. */
abstract class CompareFixture {
    @TempDir
    Path temp;

    Path train;
    Path test;
    Path recipe;

    @BeforeEach
    void drawPictures() {
        train = CliPictures.write(temp.resolve("train"), 24, 1);
        test = CliPictures.write(temp.resolve("test"), 24, 2);
        recipe = CliPictures.recipe(temp);
    }

    /** Makes the projector so wide that no sample is embedded at zero, whatever the number of steps. */
    final void widenProjector() throws IOException {
        String text = Files.readString(recipe);
        String wide = text.replace("projector: {widths: [8, 3]}", "projector: {widths: [64, 16]}");
        assertThat(wide).isNotEqualTo(text);
        Files.writeString(recipe, wide);
    }

    /** Arguments of a comparison of eight steps. */
    final List<Object> command(Path out, Object... more) {
        return command(out, List.of("--steps", 8), more);
    }

    final List<Object> command(Path out, List<Object> budget, Object... more) {
        List<Object> arguments = new ArrayList<>(
                List.of("compare", train, "--test", test, "--out", out, "--recipe", recipe, "--draws", 2));
        arguments.addAll(budget);
        arguments.addAll(List.of(more));
        return arguments;
    }

    final CliRun compare(Path out, Object... more) {
        return mmcr(command(out, more).toArray());
    }

    static JsonNode document(Path out) throws IOException {
        return new ObjectMapper().readTree(out.resolve("comparison.json").toFile());
    }

    static JsonNode cell(JsonNode document, String figure, String objective) {
        for (JsonNode row : document.get("table")) {
            if (row.at("/figure/name").textValue().equals(figure)) {
                return row.at("/objectives/" + objective);
            }
        }
        throw new AssertionError("no figure " + figure);
    }

    static double mean(JsonNode document, String figure, String objective) {
        return cell(document, figure, objective).get("mean").doubleValue();
    }

    static void setFigure(Path file, String name, double value) throws IOException {
        ObjectNode trial = (ObjectNode) new ObjectMapper().readTree(file.toFile());
        ((ObjectNode) trial.get("figures")).put(name, value);
        Files.writeString(file, trial.toString());
    }
}

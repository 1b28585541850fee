package org.mmcr.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Runs the code cells of the notebook in this JVM, as a kernel does. */
@Tag("long")
class NotebookTest {
    @Test
    void cells_inTurn_trainAnEncoderThatIsBetterThanRandomWeights() throws Exception {
        JsonNode notebook =
                new ObjectMapper().readTree(Path.of("representation.ipynb").toFile());
        assertThat(notebook.get("nbformat").asInt()).isEqualTo(4);
        try (JShell shell = JShell.builder().executionEngine("local").build()) {
            shell.addToClasspath(System.getProperty("java.class.path"));
            int cells = 0;
            for (JsonNode cell : notebook.get("cells")) {
                assertThat(cell.get("outputs") == null || cell.get("outputs").isEmpty())
                        .as("a notebook without old outputs")
                        .isTrue();
                if (cell.get("cell_type").asText().equals("code")) {
                    evaluate(shell, text(cell));
                    cells++;
                }
            }
            assertThat(cells).isEqualTo(6);
            assertThat(value(shell, "trained")).isGreaterThan(value(shell, "untrained") + 0.05);
            assertThat(value(shell, "capacity.capacity().value()")).isBetween(0.01, 2.0);
            assertThat(value(shell, "rankMe")).isBetween(1.0, 64.0);
        }
    }

    private static String text(JsonNode cell) {
        List<String> lines = new ArrayList<>();
        cell.get("source").forEach(line -> lines.add(line.asText()));
        return String.join("", lines);
    }

    private static void evaluate(JShell shell, String cell) {
        SourceCodeAnalysis analysis = shell.sourceCodeAnalysis();
        String rest = cell;
        while (!rest.isBlank()) {
            SourceCodeAnalysis.CompletionInfo info = analysis.analyzeCompletion(rest);
            assertThat(info.completeness().isComplete()).as(rest).isTrue();
            for (SnippetEvent event : shell.eval(info.source())) {
                assertThat(event.exception()).as(event.snippet().source()).isNull();
                assertThat(event.status())
                        .as(() -> event.snippet().source()
                                + shell.diagnostics(event.snippet())
                                        .map(d -> "\n" + d.getMessage(null))
                                        .toList())
                        .isIn(Snippet.Status.VALID, Snippet.Status.OVERWRITTEN);
            }
            rest = info.remaining();
        }
    }

    private static double value(JShell shell, String expression) {
        return Double.parseDouble(shell.eval(expression).get(0).value());
    }
}

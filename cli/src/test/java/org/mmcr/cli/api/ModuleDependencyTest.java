package org.mmcr.cli.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The libraries that a user of one module gets, from the POMs: its dependencies and those of the modules below it. */
class ModuleDependencyTest {
    /** Largest fraction of the main lines that one module may hold. */
    private static final double LARGEST = 0.25;

    @Test
    void core_forCapacityOnArrays_needsOpenBlasAlone() throws Exception {
        assertThat(MavenModules.closure("core")).containsExactly("javacpp", "openblas");
    }

    @Test
    void objective_forATrainingLoopOfOnesOwn_needsLibtorchAndNothingAboveIt() throws Exception {
        assertThat(MavenModules.closure("objective")).containsExactly("javacpp", "mmcr-core", "openblas", "pytorch");
    }

    @Test
    void analysis_forFeaturesOfAnyModel_needsNoServerAndNoPage() throws Exception {
        assertThat(MavenModules.closure("analysis"))
                .doesNotContain("javalin", "three", "uplot", "tensorflow-core-native", "mmcr-report", "mmcr-explorer");
    }

    @Test
    void spark_usesAnalysisAlone() throws Exception {
        assertThat(MavenModules.declared("spark").stream().filter(name -> name.startsWith(MavenModules.OURS)))
                .containsExactly("mmcr-analysis");
    }

    @Test
    void modules_doNotDependOnThemselves() throws Exception {
        for (String module : MavenModules.names()) {
            assertThat(MavenModules.closure(module)).as(module).doesNotContain(MavenModules.OURS + module);
        }
    }

    @Test
    void modules_holdAtMostAQuarterOfTheMainLines() throws Exception {
        List<String> modules = MavenModules.names();
        long[] lines = new long[modules.size()];
        for (int i = 0; i < lines.length; i++) {
            lines[i] = lines(Path.of("..", modules.get(i), "src/main/java"));
        }
        long all = IntStream.range(0, lines.length).mapToLong(i -> lines[i]).sum();
        for (int i = 0; i < lines.length; i++) {
            assertThat((double) lines[i] / all).as(modules.get(i)).isLessThan(LARGEST);
        }
    }

    private static long lines(Path sources) throws IOException {
        long lines = 0;
        try (Stream<Path> files = Files.walk(sources)) {
            for (Path file :
                    files.filter(one -> one.toString().endsWith(".java")).toList()) {
                lines += Files.readAllLines(file).size();
            }
        }
        return lines;
    }
}

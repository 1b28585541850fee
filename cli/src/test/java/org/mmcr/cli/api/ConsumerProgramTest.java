package org.mmcr.cli.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.core.capacity.ManifoldCapacity;
import org.mmcr.objective.MmcrLoss;

/**
 * Programs of a user who depends on one module: compiled and run with that module and the libraries of its POM alone.
 */
class ConsumerProgramTest {
    private static final String CAPACITY = """
            import org.mmcr.core.capacity.ManifoldCapacity;

            public class Program {
                public static void main(String[] arguments) {
                    double[][] points = {{1, 0, 2}, {2, 1, 0}, {-3, 0, 1}, {-1, 1, 2}, {0, 5, 0}, {1, 4, 1}};
                    int[] labels = {0, 0, 1, 1, 2, 2};
                    ManifoldCapacity measured = ManifoldCapacity.of(points, labels);
                    System.out.println(measured.capacity().value() > 0 && measured.radius().value() > 0);
                }
            }
            """;
    private static final String LOSS = """
            import org.bytedeco.pytorch.Tensor;
            import org.bytedeco.pytorch.global.torch;
            import org.mmcr.objective.MmcrLoss;

            public class Program {
                public static void main(String[] arguments) {
                    Tensor embeddings = torch.eye(4).set_requires_grad(true); // 2 samples, 2 views, at right angles
                    Tensor loss = new MmcrLoss().compute(embeddings, 2).loss();
                    loss.backward();
                    System.out.println(Math.abs(loss.item_double() + Math.sqrt(2)) < 1e-6);
                }
            }
            """;

    @TempDir
    Path folder;

    @Test
    void core_aProgramOnOpenBlasAlone_measuresCapacity() throws Exception {
        assertThat(run(CAPACITY, classPath(ManifoldCapacity.class, "core"))).isEqualTo("true\n");
    }

    @Test
    void objective_aProgramOnLibtorch_computesTheLoss() throws Exception {
        assertThat(run(LOSS, classPath(MmcrLoss.class, "objective"))).isEqualTo("true\n");
    }

    /** Otherwise the first test would pass whatever core needs. */
    @Test
    void core_aProgramThatNeedsLibtorch_doesNotRun() throws Exception {
        List<Path> core = classPath(ManifoldCapacity.class, "core");
        compile(LOSS, classPath(MmcrLoss.class, "objective"));
        core.addAll(places(MmcrLoss.class));
        assertThat(start(core)).isEmpty();
        assertThat(folder.resolve("errors.txt")).content().contains("NoClassDefFoundError", "pytorch");
    }

    /** The modules and libraries that Maven resolves for a user of one module: nothing that its POM does not name. */
    @Test
    void libraries_ofCoreAndObjective_needNothingElse() throws Exception {
        for (String module : List.of("core", "objective")) {
            Set<String> allowed = MavenModules.closure(module);
            for (Path jar : libraries(allowed)) {
                assertThat(allowed).as(jar.toString()).containsAll(MavenModules.declaredInJar(jar));
            }
        }
    }

    /** The classes of a module and of those below it, and the jars of its libraries, native ones included. */
    private static List<Path> classPath(Class<?> ofModule, String module) throws Exception {
        Set<String> closure = MavenModules.closure(module);
        List<Path> path = new ArrayList<>(libraries(closure));
        path.addAll(places(ofModule));
        if (closure.contains("mmcr-core")) {
            path.addAll(places(ManifoldCapacity.class));
        }
        return path;
    }

    private static List<Path> places(Class<?> one) throws Exception {
        return List.of(
                Path.of(one.getProtectionDomain().getCodeSource().getLocation().toURI()));
    }

    private static List<Path> libraries(Set<String> artifacts) {
        List<Path> jars = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path jar = Path.of(entry);
            String name = String.valueOf(jar.getFileName());
            if (artifacts.stream()
                    .filter(artifact -> !artifact.startsWith(MavenModules.OURS))
                    .anyMatch(artifact -> name.matches(artifact + "-\\d.*\\.jar"))) {
                jars.add(jar);
            }
        }
        assertThat(jars).as("libraries on the class path").hasSizeGreaterThan(artifacts.size() / 2);
        return jars;
    }

    private String run(String source, List<Path> classPath) throws Exception {
        compile(source, classPath);
        return start(classPath);
    }

    private void compile(String source, List<Path> classPath) throws Exception {
        Path file = Files.writeString(folder.resolve("Program.java"), source);
        int failed = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-proc:none",
                        "-Xlint:none",
                        "-nowarn",
                        "-cp",
                        joined(classPath),
                        file.toString());
        assertThat(failed).as("exit code of the compiler").isZero();
    }

    /** Returns the standard output of a JVM that has this class path and no other. */
    private String start(List<Path> classPath) throws Exception {
        Path output = folder.resolve("output.txt");
        Path errors = folder.resolve("errors.txt");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        folder + File.pathSeparator + joined(classPath),
                        "Program")
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile())
                .start();
        process.waitFor();
        return Files.readString(output, UTF_8).replace(System.lineSeparator(), "\n");
    }

    private static String joined(List<Path> classPath) {
        return classPath.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }
}

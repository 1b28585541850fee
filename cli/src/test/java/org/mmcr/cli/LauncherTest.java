package org.mmcr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The real launcher in a small tree of its own, with a Maven and a Java that only say what they were asked. */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
    private static final Path SCRIPT = Path.of("..", "mmcr").toAbsolutePath().normalize();

    @TempDir
    private Path temp;

    private Path root;
    private Path jdk;

    @BeforeEach
    void layOutACheckout() throws IOException {
        root = Files.createDirectories(temp.resolve("a checkout"));
        jdk = temp.resolve("jdk");
        Files.copy(SCRIPT, root.resolve("mmcr"));
        executable(root.resolve("mmcr"), Files.readString(SCRIPT));
        Files.writeString(root.resolve("pom.xml"), "");
        for (String module : List.of("core", "train", "report", "cli", "bench")) {
            Files.createDirectories(root.resolve(module).resolve("src/main/java"));
            Files.writeString(root.resolve(module).resolve("pom.xml"), "");
            Files.writeString(root.resolve(module).resolve("src/main/java/A.java"), "");
        }
        fakeMaven("sleep 0.3; echo \"$module\" >> builds");
        fakeJdk("17.0.2");
        ageEverything();
    }

    @Test
    void firstRun_nothingBuilt_buildsOnceAndPassesTheArguments() throws Exception {
        Run first = mmcr(root, "loss", "a b.npy", "--views", "2");
        assertThat(first.code()).as(first.err()).isZero();
        assertThat(first.err()).hasLineCount(1).contains("building mmcr (first use");
        assertThat(first.out())
                .contains("org.mmcr.cli.Main|loss|a b.npy|--views|2|", "--enable-native-access=ALL-UNNAMED");
        assertThat(first.out())
                .contains(root.resolve("cli/target/classes") + ":")
                .contains("/library.jar");
        assertThat(builds()).containsExactly("cli");
    }

    @Test
    void pretrain_asARankOfAnotherLauncher_keepsWhatLibrariesPrintOutOfTheResults() throws Exception {
        executable(jdk.resolve("bin/java"), "#!/bin/sh\necho '[Gloo] connected'\necho \"$1 $*\" >&0\n");
        mmcr(root, "--version");
        Process rank = start(root, List.of("./mmcr", "pretrain", "x"), Map.of("WORLD_SIZE", "2"));
        assertThat(rank.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(text(rank.getInputStream().readAllBytes()))
                .hasLineCount(1)
                .endsWith("-Dmmcr.results=stdin org.mmcr.cli.Main pretrain x\n");
        assertThat(text(rank.getErrorStream().readAllBytes())).isEqualTo("[Gloo] connected\n");
    }

    @Test
    void secondRun_nothingChanged_buildsNothingAndSaysNothing() throws Exception {
        mmcr(root, "--version");
        Run second = mmcr(root, "--version");
        assertThat(second.code()).isZero();
        assertThat(second.err()).isEmpty();
        assertThat(builds()).hasSize(1);
    }

    @Test
    void run_sourceTouchedOrDeleted_buildsAgain() throws Exception {
        mmcr(root, "--version");
        touch(root.resolve("core/src/main/java/A.java"));
        assertThat(mmcr(root, "--version").err()).contains("sources changed");
        ageEverything();
        mmcr(root, "--version");
        assertThat(builds()).hasSize(2);
        Files.delete(root.resolve("train/src/main/java/A.java"));
        touch(root.resolve("train/src/main/java"));
        mmcr(root, "--version");
        assertThat(builds()).hasSize(3);
    }

    @Test
    void run_aLibraryIsGone_buildsAgain() throws Exception {
        mmcr(root, "--version");
        Files.delete(root.resolve("library.jar"));
        assertThat(mmcr(root, "--version").code()).isZero();
        assertThat(builds()).hasSize(2);
    }

    @Test
    void run_throughALinkFromElsewhere_findsItsCheckout() throws Exception {
        Path elsewhere = Files.createDirectories(temp.resolve("elsewhere"));
        Files.createSymbolicLink(elsewhere.resolve("m"), Path.of("../a checkout/mmcr"));
        Run run = run(elsewhere, List.of("./m", "--version"));
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).contains(root.resolve("cli/target/classes") + ":");
    }

    @Test
    void twoRuns_atOnce_buildOnce() throws Exception {
        Process one = start(root, List.of("./mmcr", "--version"));
        Process two = start(root, List.of("./mmcr", "--version"));
        assertThat(one.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(two.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(List.of(one.exitValue(), two.exitValue())).containsExactly(0, 0);
        assertThat(builds()).hasSize(1);
    }

    @Test
    void archiveOfClasses_withAJarTool_isMadeOnceForEachJava() throws Exception {
        fakeArchivingJdk("17.0.2");
        Run first = mmcr(root, "--version");
        assertThat(first.code()).as(first.err()).isZero();
        String archive = "-XX:SharedArchiveFile=" + root.resolve("cli/target/launcher/classes-17.jsa") + "|";
        assertThat(first.out()).contains(archive, root.resolve("cli/target/launcher/cli.jar") + ":");
        assertThat(mmcr(root, "--version").out()).contains(archive);
        fakeArchivingJdk("25.0.1");
        assertThat(mmcr(root, "--version").out()).contains("classes-25.jsa|");
        assertThat(Files.readAllLines(root.resolve("archived"))).containsExactly("capacity", "capacity");
    }

    /** The quick compiler alone, for files of up to 16 MiB, labels beside them or not. */
    @Test
    void capacity_smallFile_isCompiledOnce() throws Exception {
        try (RandomAccessFile small = new RandomAccessFile(root.resolve("x.npy").toFile(), "rw");
                RandomAccessFile large =
                        new RandomAccessFile(root.resolve("large.npy").toFile(), "rw")) {
            small.setLength(16 << 20);
            large.setLength((16 << 20) + 1);
        }
        String quick = "-XX:TieredStopAtLevel=1|";
        assertThat(mmcr(root, "capacity", "x.npy").out()).contains(quick);
        assertThat(mmcr(root, "capacity", "none.npy").out()).contains(quick);
        assertThat(mmcr(root, "capacity", "large.npy").out()).doesNotContain(quick);
        assertThat(mmcr(root, "capacity", "large.npy", "--labels", "x.npy").out())
                .doesNotContain(quick);
        assertThat(mmcr(root, "capacity", "x.npy", "--simulate", "9").out()).doesNotContain(quick);
        assertThat(mmcr(root, "loss", "x.npy").out()).doesNotContain(quick);
    }

    @Test
    void archiveOfClasses_javaMakesNone_isDoneWithout() throws Exception {
        fakeArchivingJdk("17.0.2");
        executable(jdk.resolve("bin/java"), "#!/bin/sh\nprintf '%s|' \"$@\"\nexit 1\n");
        assertThat(mmcr(root, "--version").out())
                .doesNotContain("SharedArchiveFile")
                .contains("Main|--version|");
    }

    @Test
    void bench_first_buildsTheBenchmarksToo() throws Exception {
        Run run = mmcr(root, "bench", "--json");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(builds()).containsExactly("bench");
        assertThat(run.out()).contains(root.resolve("bench/target/classes") + ":");
    }

    @Test
    void build_failing_showsTheErrorAndIsTriedAgain() throws Exception {
        fakeMaven("echo '[ERROR] A.java: expected ;'; exit 1");
        Run run = mmcr(root, "--version");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("A.java: expected ;").contains("the build failed");
        fakeMaven("echo \"$module\" >> builds");
        assertThat(mmcr(root, "--version").code()).isZero();
    }

    @Test
    void java_tooOld_saysWhichWasFoundAndWhichIsNeeded() throws Exception {
        fakeJdk("11.0.20");
        Run run = mmcr(root, "--version");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err())
                .hasLineCount(1)
                .contains("Java 11")
                .contains("17 or newer")
                .contains("JAVA_HOME");
    }

    @Test
    void javaHome_wrong_isNamed() throws Exception {
        jdk = temp.resolve("nowhere");
        Run run = mmcr(root, "--version");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).hasLineCount(1).contains(jdk.toString());
    }

    private record Run(int code, String out, String err) {}

    private Run mmcr(Path directory, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("./mmcr"));
        command.addAll(List.of(arguments));
        return run(directory, command);
    }

    private Run run(Path directory, List<String> command) throws Exception {
        Process process = start(directory, command);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Run(
                process.exitValue(),
                text(process.getInputStream().readAllBytes()),
                text(process.getErrorStream().readAllBytes()));
    }

    private Process start(Path directory, List<String> command) throws IOException {
        return start(directory, command, Map.of());
    }

    private Process start(Path directory, List<String> command, Map<String, String> more) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().putAll(more);
        builder.environment().put("JAVA_HOME", jdk.toString());
        builder.environment().remove("MMCR_JAVA_OPTS");
        return builder.start();
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private List<String> builds() throws IOException {
        return Files.readAllLines(root.resolve("builds"));
    }

    /** A Maven that answers --version, runs {@code action}, and leaves what the real build would. */
    private void fakeMaven(String action) throws IOException {
        executable(root.resolve("mvnw"), """
                #!/bin/sh
                [ "$1" != --version ] || exit 0
                while [ "$1" != -pl ]; do shift; done
                module=$2
                %s
                mkdir -p core/target/classes train/target/classes report/target/classes cli/target/classes bench/target/classes $module/target/launcher
                : > library.jar
                printf '%%s' "$PWD/library.jar" > $module/target/launcher/classpath
                """.formatted(action));
    }

    private void fakeJdk(String version) throws IOException {
        Files.createDirectories(jdk.resolve("bin"));
        Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
        executable(jdk.resolve("bin/java"), "#!/bin/sh\nprintf '%s|' \"$@\"\n");
        executable(jdk.resolve("bin/javac"), "#!/bin/sh\n");
    }

    /** With a jar tool, and a Java that writes the archive it is asked for. */
    private void fakeArchivingJdk(String version) throws IOException {
        fakeJdk(version);
        executable(jdk.resolve("bin/jar"), "#!/bin/sh\n: > \"$4\"\n");
        executable(jdk.resolve("bin/java"), """
                #!/bin/sh
                for argument in "$@"; do
                    case $argument in
                        -XX:ArchiveClassesAtExit=*) echo x > "${argument#*=}" && made=1 ;;
                        capacity) [ -z "${made:-}" ] || echo capacity >> archived ;;
                    esac
                done
                printf '%s|' "$@"
                """);
    }

    private static void executable(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** Makes every source an hour old, so that only what a test touches is newer than a build. */
    private void ageEverything() throws IOException {
        FileTime old = FileTime.from(Instant.now().minusSeconds(3600));
        try (var files = Files.walk(root)) {
            for (Path path : files.filter(p -> !p.toString().contains("target")).toList()) {
                Files.setLastModifiedTime(path, old);
            }
        }
    }

    private static void touch(Path path) throws IOException {
        Files.setLastModifiedTime(path, FileTime.from(Instant.now().plusSeconds(1)));
    }
}

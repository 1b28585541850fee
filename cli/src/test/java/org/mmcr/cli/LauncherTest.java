package org.mmcr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.BufferedReader;
import java.io.IOException;
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
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The real launcher in a small tree of its own, with a Maven and a Java that only say what they were asked. */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
    private static final Path SCRIPT = Path.of("..", "mmcr").toAbsolutePath().normalize();
    private static final int LIMIT_SECONDS = 300; // for a machine with other work

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
                .contains(root.resolve("cli/target/launcher/mmcr.jar") + ":")
                .contains("/library.jar");
        assertThat(builds()).containsExactly("cli");
    }

    /** A build of all modules takes a minute or more, so the modules are named while Maven works. */
    @Test
    void build_ofSeveralModules_namesEachBeforeItIsBuilt() throws Exception {
        fakeMaven("""
                echo '[INFO] Building mmcr-core 0.1.0                             [2/10]'
                echo '[INFO]   from core/pom.xml'
                tries=0
                until [ -e seen ] || [ $tries = 600 ]; do sleep 0.1; tries=$((tries + 1)); done
                [ -e seen ] || exit 1
                echo '[INFO] Building mmcr-cli 0.1.0                             [10/10]'""");
        Process build = start(root, List.of("./mmcr", "--version"));
        BufferedReader err = build.errorReader(StandardCharsets.UTF_8);
        assertThat(err.readLine()).contains("building mmcr (first use");
        assertThat(err.readLine()).isEqualTo("  core (2 of 10)");
        Files.writeString(root.resolve("seen"), ""); // Maven waits for it
        assertThat(err.readLine()).isEqualTo("  cli (10 of 10)");
        assertThat(err.readLine()).isNull();
        assertThat(build.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(build.exitValue()).isZero();
        assertThat(text(build.getInputStream().readAllBytes())).doesNotContain("of 10");
        assertThat(Files.readAllLines(root.resolve("cli/target/launcher/build.log")))
                .hasSize(3)
                .contains("[INFO]   from core/pom.xml");
    }

    /** As in {@code ./mmcr --version 2>&1 | head -n 1}. */
    @Test
    void build_whoseReaderOfStderrLeaves_isCompleted() throws Exception {
        fakeMaven("""
                tries=0
                until [ -e left ] || [ $tries = 600 ]; do sleep 0.1; tries=$((tries + 1)); done
                echo '[INFO] Building mmcr-core 0.1.0                             [2/10]'
                echo '[INFO] Building mmcr-cli 0.1.0                             [10/10]'""");
        Process build = start(root, List.of("./mmcr", "--version"));
        try (BufferedReader err = build.errorReader(StandardCharsets.UTF_8)) {
            assertThat(err.readLine()).contains("building mmcr (first use");
        }
        Files.writeString(root.resolve("left"), ""); // Maven waits for it
        assertThat(build.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(build.exitValue()).isZero();
        assertThat(root.resolve("cli/target/launcher/stamp")).exists();
        assertThat(root.resolve("cli/target/launcher/mmcr.jar")).exists();
    }

    @Test
    void pretrain_asARankOfAnotherLauncher_keepsWhatLibrariesPrintOutOfTheResults() throws Exception {
        fakeJava("echo '[Gloo] connected'\necho \"$*\" >&0");
        mmcr(root, "--version");
        Process rank = start(root, List.of("./mmcr", "pretrain", "x"), Map.of("WORLD_SIZE", "2"));
        assertThat(rank.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(text(rank.getInputStream().readAllBytes()))
                .hasLineCount(1)
                .contains("-Dmmcr.results=stdin")
                .endsWith("org.mmcr.cli.Main pretrain x\n");
        assertThat(text(rank.getErrorStream().readAllBytes())).isEqualTo("[Gloo] connected\n");
    }

    @Test
    void secondRun_nothingChanged_buildsAndPrintsNothing() throws Exception {
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
    void run_withOtherNatives_buildsWithThem() throws Exception {
        fakeMaven("echo \"$*\" >> builds");
        assertThat(version(Map.of()).code()).isZero();
        assertThat(version(Map.of("MMCR_NATIVES", "cuda")).code()).isZero();
        assertThat(version(Map.of("MMCR_NATIVES", "cuda")).code()).isZero();
        assertThat(version(Map.of("MMCR_NATIVES", "cpu")).code()).isZero();
        assertThat(builds()).hasSize(3);
        assertThat(builds().get(0)).doesNotContain("-Dnatives");
        assertThat(builds().get(1)).contains("-Dnatives=cuda");
        assertThat(builds().get(2)).doesNotContain("-Dnatives");
        Run wrong = version(Map.of("MMCR_NATIVES", "gpu"));
        assertThat(wrong.code()).isEqualTo(1);
        assertThat(wrong.err()).isEqualTo("mmcr: expected MMCR_NATIVES to be cpu or cuda, found 'gpu'.\n");
    }

    private Run version(Map<String, String> environment) throws Exception {
        return ended(start(root, List.of("./mmcr", "--version"), environment));
    }

    @Test
    void run_throughALinkFromElsewhere_findsItsCheckout() throws Exception {
        Path elsewhere = Files.createDirectories(temp.resolve("elsewhere"));
        Files.createSymbolicLink(elsewhere.resolve("m"), Path.of("../a checkout/mmcr"));
        Run run = run(elsewhere, List.of("./m", "--version"));
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).contains(root.resolve("cli/target/launcher/mmcr.jar") + ":");
    }

    @Test
    void twoRuns_atOnce_buildOnce() throws Exception {
        Process one = start(root, List.of("./mmcr", "--version"));
        Process two = start(root, List.of("./mmcr", "--version"));
        assertThat(one.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(two.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(List.of(one.exitValue(), two.exitValue())).containsExactly(0, 0);
        assertThat(builds()).hasSize(1);
    }

    /** An archive of the classes that the first capacity of arrays loads; every later command uses it. */
    @Test
    void capacity_ofArrays_leavesAnArchiveOfClassesOnceForEachJava() throws Exception {
        String archive = "-XX:SharedArchiveFile=" + root.resolve("cli/target/launcher/classes-17.jsa") + "|";
        assertThat(mmcr(root, "loss", "x.npy").out()).doesNotContain("classes-17.jsa");
        assertThat(mmcr(root, "capacity", "x.npy").out()).contains("-XX:ArchiveClassesAtExit=");
        assertThat(mmcr(root, "capacity", "x.npy").out()).contains(archive).doesNotContain("ArchiveClassesAtExit");
        assertThat(mmcr(root, "loss", "x.npy").out()).contains(archive);
        fakeJdk("25.0.1");
        assertThat(mmcr(root, "capacity", "x.npy").out()).contains("-XX:ArchiveClassesAtExit=");
        assertThat(mmcr(root, "capacity", "x.npy").out()).contains("classes-25.jsa|");
    }

    @Test
    void capacity_failing_keepsItsExitCodeAndLeavesNoArchive() throws Exception {
        fakeJava("printf '%s|' \"$@\"; exit 3");
        assertThat(mmcr(root, "capacity", "x.npy").code()).isEqualTo(3);
        assertThat(root.resolve("cli/target/launcher/classes-17.jsa")).doesNotExist();
    }

    @Test
    void build_again_dropsTheArchiveOfTheOldClasses() throws Exception {
        mmcr(root, "capacity", "x.npy");
        touch(root.resolve("core/src/main/java/A.java"));
        assertThat(mmcr(root, "loss", "x.npy").out()).doesNotContain("classes-17.jsa");
    }

    @Test
    void capacity_ofArrays_isCompiledByTheQuickCompilerAlone() throws Exception {
        String quick = "-XX:TieredStopAtLevel=1|";
        assertThat(mmcr(root, "capacity", "--json", "x.npz#x").out()).contains(quick);
        assertThat(mmcr(root, "capacity", "runs/first", "--data", "pictures").out())
                .doesNotContain(quick);
        assertThat(mmcr(root, "loss", "x.npy").out()).doesNotContain(quick);
    }

    @Test
    void options_ofTheUser_comeAfterOurs() throws Exception {
        Run run = run(root, List.of("env", "MMCR_JAVA_OPTS=-Xmx1g -Da=b", "./mmcr", "capacity", "x.npy"));
        assertThat(run.out()).containsPattern("TieredStopAtLevel.*-Xmx1g\\|-Da=b\\|-cp");
    }

    @Test
    void locale_withoutUtf8_isReplaced() throws Exception {
        fakeJava("echo \"${LC_ALL:-} ${LANG:-}\"");
        assertThat(locale(Map.of("LC_ALL", "C", "LANG", "de_DE.UTF-8"))).isEqualTo("C.UTF-8 de_DE.UTF-8");
        assertThat(locale(Map.of("LANG", "C"))).isEqualTo("C.UTF-8 C");
        assertThat(locale(Map.of())).isEqualTo("C.UTF-8");
        assertThat(locale(Map.of("LANG", "C.utf8"))).isEqualTo("C.utf8");
        assertThat(locale(Map.of("LC_CTYPE", "C.UTF-8", "LANG", "C"))).isEqualTo("C");
    }

    @Test
    void locale_notInstalled_isReplaced() throws Exception {
        fakeJava("echo \"${LC_ALL:-} ${LANG:-}\"");
        assertThat(locale(Map.of("LANG", "xx_XX.UTF-8"))).isEqualTo("C.UTF-8 xx_XX.UTF-8");
    }

    @Test
    void build_inTheLocaleC_hasUtf8() throws Exception {
        fakeMaven("echo \"${LC_ALL:-}\" >> builds");
        Run run = run(root, List.of("env", "LC_ALL=C", "./mmcr", "--version"));
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(builds()).containsExactly("C.UTF-8");
    }

    private String locale(Map<String, String> variables) throws Exception {
        List<String> command = List.of("env", "-u", "LC_ALL", "-u", "LC_CTYPE", "-u", "LANG");
        List<String> set = variables.entrySet().stream()
                .map(variable -> variable.getKey() + "=" + variable.getValue())
                .toList();
        Run run = run(
                root,
                Stream.of(command, set, List.of("./mmcr")).flatMap(List::stream).toList());
        assertThat(run.code()).as(run.err()).isZero();
        return run.out().strip();
    }

    /** The real program in Java's C locale, which knows no name beyond ASCII. */
    @Test
    void inspect_pictureNamedWithUmlauts_isReadInTheLocaleC() throws Exception {
        fakeJava("while [ \"$1\" != org.mmcr.cli.Main ]; do shift; done\nexec '%s/bin/java' -cp '%s' \"$@\""
                .formatted(System.getProperty("java.home"), System.getProperty("java.class.path")));
        ImageIO.write(
                new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB),
                "png",
                root.resolve("a.png").toFile());
        run(root, List.of("sh", "-c", "mkdir pictures && mv a.png \"pictures/$(printf 'B\\303\\244r').png\""));
        Run run = run(root, List.of("env", "LC_ALL=C", "./mmcr", "inspect", "pictures", "--json"));
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).contains("\"pictures\" : 1");
    }

    @Test
    void bench_first_buildsTheBenchmarksToo() throws Exception {
        Run run = mmcr(root, "bench", "--json");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(builds()).containsExactly("bench");
        assertThat(run.out()).contains(root.resolve("bench/target/launcher/mmcr.jar") + ":");
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
    void build_failingWithoutAnErrorOfMaven_showsTheLastLines() throws Exception {
        fakeMaven("printf 'No space left on device'; exit 1");
        Run run = mmcr(root, "--version");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("No space left on device\n").contains("the build failed");
    }

    @Test
    void java_tooOld_reportsWhichWasFoundAndWhichIsNeeded() throws Exception {
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
        return ended(start(directory, command));
    }

    private static Run ended(Process process) throws Exception {
        assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
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
                mkdir -p $module/target/launcher
                : > library.jar
                printf '%%s' "$PWD/library.jar" > $module/target/launcher/classpath
                """.formatted(action));
    }

    private void fakeJdk(String version) throws IOException {
        Files.createDirectories(jdk.resolve("bin"));
        Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
        // Prints its arguments, and leaves the archive that it is asked for.
        fakeJava("""
                printf '%s|' "$@"
                case $1 in -XX:ArchiveClassesAtExit=*) echo x >"${1#*=}" ;; esac""");
        executable(jdk.resolve("bin/javac"), "#!/bin/sh\n");
        executable(jdk.resolve("bin/jar"), "#!/bin/sh\n: >\"$4\"\n");
    }

    private void fakeJava(String action) throws IOException {
        executable(jdk.resolve("bin/java"), "#!/bin/sh\n" + action + "\n");
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

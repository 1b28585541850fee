package org.mmcr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ExploreCommandTest {
    @TempDir
    private Path temp;

    private Path run() throws IOException {
        Path run = temp.resolve("run");
        Path pictures = CliPictures.write(temp.resolve("pictures"), 4, 1);
        CliRun.mmcr("pretrain", pictures, "--out", run, "--recipe", CliPictures.recipe(temp), "--steps", 1);
        return run;
    }

    @Test
    void explore_folderThatIsNoRun_isOneLine() throws IOException {
        Files.createDirectories(temp.resolve("empty"));
        CliRun.mmcr("explore", temp.resolve("empty"), "--port", 0)
                .assertFailsWithOneLine("expected a run's folder", "pretrain");
    }

    @Test
    @Tag("long")
    void explore_dataThatMoved_isALineOnStderr() throws Exception {
        Path run = run();
        Files.move(temp.resolve("pictures"), temp.resolve("elsewhere"));
        MmcrProcess explore = MmcrProcess.start(temp, "explore", run, "--port", 0);
        try {
            explore.await(() -> explore.err().contains("mmcr: the pictures cannot be explored: "));
            assertThat(explore.err()).contains("no data at " + temp.resolve("pictures"));
        } finally {
            explore.process().destroyForcibly().waitFor();
        }
    }

    /** Every user of a machine can read the arguments of a program; the address with the token is not among them. */
    @Test
    @Tag("long")
    @EnabledOnOs(OS.LINUX)
    void explore_open_passesTheBrowserAFileAndNotTheToken() throws Exception {
        Path run = run();
        Path bin = Files.createDirectory(temp.resolve("bin"));
        Path given = temp.resolve("given");
        Path opener = Files.writeString(
                bin.resolve("xdg-open"),
                "#!/bin/sh\nprintf '%s\\n' \"$@\" >'" + given + ".part'\nmv '" + given + ".part' '" + given + "'\n");
        assertThat(opener.toFile().setExecutable(true)).isTrue();
        Map<String, String> environment = Map.of(
                "PATH",
                bin + ":" + System.getenv("PATH"),
                "JAVA_TOOL_OPTIONS",
                "-Djava.awt.headless=true",
                "MMCR_CACHE",
                temp.resolve("cache").toString());
        MmcrProcess explore = MmcrProcess.start(temp, environment, "explore", run, "--port", 0, "--open");
        try {
            explore.await(() -> Files.exists(given));
            String token = explore.out().replaceFirst("(?s).*(token=\\S+).*", "$1");
            assertThat(token).startsWith("token=");
            assertThat(Files.readAllLines(given)).singleElement().asString().startsWith("file:");
            assertThat(given).content().doesNotContain("token=", token.substring("token=".length()));
            Path page = Path.of(URI.create(Files.readString(given).strip()));
            assertThat(page).content().contains(token);
        } finally {
            explore.process().destroyForcibly().waitFor();
        }
    }

    @Test
    void explore_portInUseOrNotOne_isOneLine() throws IOException {
        Path run = run();
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CliRun.mmcr("explore", run, "--port", taken.getLocalPort())
                    .assertFailsWithOneLine("expected to listen", "choose another --port");
        }
        CliRun.mmcr("explore", run, "--port", 70000).assertIsWrongUsage("between 0 and 65535");
        CliRun.mmcr("explore", run, "--public-origin", "nonsense").assertIsWrongUsage("found 'nonsense'");
    }

    /** A folder of runs is opened with all of them, the newest first, which is named. */
    @Test
    void explore_folderOfRuns_opensThemTheNewestFirst() throws IOException {
        Path runs = temp.resolve("runs");
        Path pictures = CliPictures.write(temp.resolve("pictures"), 4, 1);
        for (String name : new String[] {"older", "newer"}) {
            CliRun.mmcr(
                    "pretrain",
                    pictures,
                    "--out",
                    runs.resolve(name),
                    "--recipe",
                    CliPictures.recipe(temp),
                    "--steps",
                    1);
        }
        Files.setLastModifiedTime(runs.resolve("older/config.yaml"), FileTime.fromMillis(0));
        CliRun wrong = CliRun.mmcr("explore", runs, "--port", 70000);
        assertThat(wrong.code()).isNotZero();
        assertThat(wrong.err()).contains("runs: 2; pictures, map and labels are those of " + runs.resolve("newer"));
    }

    @Test
    void explore_addressOfAnotherMachine_isOneLine() throws IOException {
        CliRun.mmcr("explore", run(), "--port", 0, "--host", "192.0.2.1")
                .assertFailsWithOneLine("expected to listen at 192.0.2.1");
    }

    @Test
    void explore_columnsThatCannotBeRead_isOneLine() throws IOException {
        CliRun.mmcr("explore", temp, "--columns", temp.resolve("none.csv"))
                .assertFailsWithOneLine("none.csv, found no such file");
        Path labels = Files.writeString(temp.resolve("labels.csv"), "path,label\na.png,x\n");
        CliRun.mmcr("explore", temp, "--columns", labels)
                .assertFailsWithOneLine("found only label; add some with other names");
    }

    @Test
    @Tag("long")
    void explore_columnsOfOtherPicturesToo_countsTheirRowsOnStderr() throws Exception {
        Path run = run();
        Path columns = Files.writeString(temp.resolve("columns.csv"), "path,score\ngone.png,1\nround/000.png,2\n");
        MmcrProcess explore = MmcrProcess.start(temp, "explore", run, "--port", 0, "--columns", columns);
        try {
            explore.await(() -> explore.err()
                    .contains("columns.csv: 1 of 2 rows match none of the pictures, the first is gone.png;"
                            + " 7 of 8 pictures have no row"));
        } finally {
            explore.process().destroyForcibly().waitFor();
        }
    }

    @Test
    void explore_withoutARun_isWrongUsage() {
        CliRun.mmcr("explore").assertIsWrongUsage("either RUN or --encoder FILE");
        CliRun.mmcr("explore", "--encoder", "x.onnx").assertIsWrongUsage("expected --data DATA with --encoder");
        CliRun.mmcr("explore", temp, "--out", temp.resolve("x")).assertIsWrongUsage("--out only with --encoder FILE");
        CliRun.mmcr("explore", temp, "--curation", temp.resolve("none"))
                .assertIsWrongUsage("at --curation " + temp.resolve("none"));
    }
}

package org.mmcr.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mmcr.cli.CliRun.mmcr;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.data.io.ExclusiveLock;

@Tag("long")
class SimulateCommandTest {
    @TempDir
    private Path temp;

    @Test
    void figure1_ownGrid_printsOneDocumentAndWritesTheFigure() {
        JsonNode result = mmcr(
                        "simulate",
                        "figure1",
                        "--out",
                        temp.resolve("f"),
                        "--grid",
                        "10,20x10,40",
                        "--repeats",
                        2,
                        "--json")
                .json();
        assertThat(result.at("/summary/cells")).hasSize(4);
        assertThat(result.at("/summary/cells/0/percent_error").asDouble()).isBetween(0.08, 0.22);
        assertThat(result.at("/settings/grid/repeats").asInt()).isEqualTo(2);
        assertThat(temp.resolve("f/figure1.csv")).isNotEmptyFile();
        assertThat(temp.resolve("f/figure1-by-points.png")).isNotEmptyFile();
    }

    @Test
    void figure1_sameSeedTwice_isTheSameTable() throws IOException {
        for (String name : new String[] {"a", "b"}) {
            mmcr("simulate", "figure1", "--out", temp.resolve(name), "--grid", "10x10,20", "--seed", 3, "--json")
                    .json();
        }
        assertThat(Files.readString(temp.resolve("a/figure1.csv")))
                .isEqualTo(Files.readString(temp.resolve("b/figure1.csv")));
    }

    @Test
    void information_smallFamily_printsBothBestCells() {
        CliRun run = mmcr(
                "simulate", "information", "--out", temp.resolve("i"), "--points", 60, "--views", 2, "--dimension", 4);
        assertThat(run.out()).contains("64 cells", "nearest the bound", "rank correlation");
        assertThat(temp.resolve("i/information.png")).isNotEmptyFile();
        assertThat(temp.resolve("i/report.html")).content().contains("data:image/");
    }

    @Test
    void information_wrongSizes_areWrongUsage() {
        for (String option : List.of("--points", "--views", "--dimension")) {
            mmcr("simulate", "information", "--out", temp.resolve("w"), option, 1)
                    .assertIsWrongUsage("at least 2 points, views and dimensions");
        }
        mmcr("simulate", "information", "--out", temp.resolve("w"), "--points", 2_000_000_000)
                .assertIsWrongUsage("below 2^31");
        assertThat(temp.resolve("w")).doesNotExist();
    }

    @Test
    void figure1_wrongGrid_failsWithOneLine() {
        mmcr("simulate", "figure1", "--out", temp.resolve("f"), "--grid", "huge")
                .assertIsWrongUsage("paper, small", "'huge'");
        assertThat(temp.resolve("f")).doesNotExist();
    }

    /** The figure of the process that holds the folder is not begun anew. */
    @Test
    void figure1_folderInUse_isRefusedAndLeftAlone() throws IOException {
        Path folder = Files.createDirectories(temp.resolve("f"));
        try (ExclusiveLock ignored =
                ExclusiveLock.tryAcquire(folder.resolve(".mmcr.lock")).orElseThrow()) {
            mmcr("simulate", "figure1", "--out", folder, "--grid", "10x10")
                    .assertFailsWithOneLine("expected no other process that writes into " + folder);
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void sphere_wrongSettings_isWrongUsage() {
        mmcr("simulate", "sphere", "--out", temp.resolve("s"), "--steps", 0)
                .assertIsWrongUsage("at least 2 steps", "found 0");
        assertThat(temp.resolve("s")).doesNotExist();
    }

    @Test
    void simulate_withoutMore_isWrongUsage() {
        assertThat(mmcr("simulate").code()).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(mmcr("simulate", "figure1").code()).isEqualTo(ExitCode.WRONG_USAGE);
    }
}

package org.mmcr.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mmcr.cli.CliRun.mmcr;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.train.run.PretrainConfig;
import picocli.CommandLine;

class UsageTest {

    @Test
    void help_whole_listsEveryCommand() {
        CliRun run = mmcr("--help");
        assertThat(run.code()).isZero();
        assertThat(run.out())
                .contains("demo", "pretrain", "evaluate", "embed", "export", "loss", "bench", "study", "plan");
        assertThat(run.err()).isEmpty();
    }

    @Test
    void help_ofEachCommand_namesTheCommonOptions() {
        for (String command :
                new String[] {"demo", "pretrain", "evaluate", "embed", "download", "inspect", "export", "loss", "bench"
                }) {
            CliRun run = mmcr(command, "--help");
            assertThat(run.code()).isZero();
            assertThat(run.out()).as(command).contains("--json", "--seed", "--threads", "-v, --verbose", "-h, --help");
        }
    }

    @Test
    void help_ofEachCommand_beginsWithASentenceAndEndsWithTheGeneralOptions() {
        for (Subcommand command : Subcommand.all(new CommandContext(Terminal.ofProcess(), new Interrupts()))) {
            CommandLine line = new CommandLine(command);
            assertThat(line.getCommandSpec().usageMessage().description()[0])
                    .as(command.name())
                    .endsWith(".");
            String help = line.getUsageMessage();
            assertThat(help.indexOf("\n  -h, --help")).as(command.name()).isGreaterThan(help.indexOf("      --json"));
        }
        String explore = mmcr("explore", "--help").out();
        assertThat(explore.indexOf("--port")).isBetween(0, explore.indexOf("      --json"));
    }

    @Test
    void help_ofPretrain_namesDefaultsAndChoicesOfTheConfiguration() {
        String help = mmcr("pretrain", "--help").out().replaceAll("\\s+", " ");
        PretrainConfig defaults = PretrainConfig.defaults();
        assertThat(help)
                .contains("all processes. Default: " + defaults.batch() + ".")
                .contains("Default: " + defaults.optimizer().learningRate() + ".")
                .contains("(cpu, demo, cifar10, stl10, imagenet, vectors, simclr,")
                .contains(
                        "resnet18, resnet34, resnet50,",
                        "vit-tiny,",
                        "convnext-tiny,",
                        "fast, mlp, towers. Default: fast.");
    }

    @Test
    void bench_wrongArguments_areWrongUsage() {
        assertThat(mmcr("bench", "sum", "2", "3", "--json").out()).contains("\"sum\" : 5");
        for (String wrong : List.of("sum", "sum 2 three", "product")) {
            CliRun run = mmcr((Object[]) ("bench " + wrong).split(" "));
            assertThat(run.code()).isEqualTo(ExitCode.WRONG_USAGE);
            assertThat(run.err().lines().findFirst().orElseThrow())
                    .matches("mmcr: expected .*, found .*")
                    .doesNotContain("stack trace");
        }
    }

    @Test
    void version_printed_namesTheLibrariesToo() {
        CliRun run = mmcr("--version");
        assertThat(run.code()).isZero();
        assertThat(run.out()).startsWith("mmcr 0.").contains("libtorch 2.").doesNotContain("${");
    }

    /** As on a full disk. */
    @Test
    void result_thatCannotBeWritten_fails() {
        PrintWriter full = new PrintWriter(new Writer() {
            @Override
            public void write(char[] text, int offset, int length) throws IOException {
                throw new IOException("No space left on device");
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        });
        StringWriter err = new StringWriter();
        Terminal terminal = new Terminal(full, new PrintWriter(err, true), OptionalInt.empty());
        assertThat(Mmcr.run(new CommandContext(terminal, new Interrupts()), "--version"))
                .isEqualTo(ExitCode.FAILED);
        assertThat(err.toString().lines()).hasSize(1);
        assertThat(err.toString()).contains("expected to write the result");
    }

    @Test
    void optionsThatExcludeEachOther_areWrongUsage() {
        mmcr("demo", "--minutes", 1, "--steps", 5).assertIsWrongUsage("--minutes or --steps");
        mmcr("pretrain", "x", "--out", "y", "--minutes", 1, "--steps", 5).assertIsWrongUsage("--minutes");
    }

    @Test
    void optionsWithoutEffect_areWrongUsage() {
        String draws = "--draws only with --labels-per-class";
        mmcr("evaluate", "--train", "x.npy", "--test", "y.npy", "--draws", 3).assertIsWrongUsage(draws);
        for (String option : List.of("--views", "--pictures")) {
            mmcr("inspect", "x", option, 3).assertIsWrongUsage(option + " only with --out");
        }
        mmcr("inspect", "x", "--recipe", "cpu").assertIsWrongUsage("--recipe only with --out");
        mmcr("inspect", "x", "--views-recipe", "stl").assertIsWrongUsage("--views-recipe only with --out");
        String overwrite = "--overwrite only with --out";
        for (String command : List.of("analyze", "capacity", "quality", "inspect")) {
            mmcr(command, "x.npy", "--overwrite").assertIsWrongUsage(overwrite);
        }
        mmcr("evaluate", "--train", "x.npy", "--test", "y.npy", "--overwrite").assertIsWrongUsage(overwrite);
        mmcr("plan", "x.npy", "--minutes", 1, "--overwrite").assertIsWrongUsage(overwrite);
    }

    @Test
    void command_missing_isWrongUsage() {
        CliRun run = mmcr();
        assertThat(run.code()).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(run.err()).contains("a command is missing");
    }

    @Test
    void command_misspelt_suggestsTheNearest() {
        CliRun run = mmcr("pretrian", "pictures");
        assertThat(run.code()).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(run.err()).contains("pretrian").contains("Did you mean").contains("pretrain");
    }

    @Test
    void option_misspelt_suggestsTheNearest() {
        CliRun run = mmcr("loss", "z.npy", "--view", "2");
        assertThat(run.code()).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(run.err()).contains("--views");
    }

    @Test
    void option_notANumber_isWrongUsageAndNamesTheOption() {
        CliRun run = mmcr("loss", "z.npy", "--views", "two");
        assertThat(run.code()).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(run.err()).contains("--views").contains("two");
    }

    /** A name that begins with an at sign is a name. */
    @Test
    void argument_withAnAtSign_isNoFileOfArguments(@TempDir Path temp) {
        mmcr("loss", "@" + temp, "--views", 2).assertFailsWithOneLine("@" + temp);
    }

    @Test
    void folder_insideThePictures_isNoPlaceForCharts(@TempDir Path temp) {
        Path pictures = CliPictures.write(temp.resolve("pictures"), 4, 1);
        for (Path out : List.of(pictures, pictures.resolve("sheets"))) {
            String refusal = "outside the data folder " + pictures;
            mmcr("inspect", pictures, "--out", out).assertIsWrongUsage(refusal);
            mmcr("analyze", "--encoder", "x.onnx", "--data", pictures, "--views", 2, "--out", out)
                    .assertIsWrongUsage(refusal);
        }
        assertThat(pictures.resolve("sheets")).doesNotExist();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void folder_insideThePicturesBehindALink_isNoPlaceForCharts(@TempDir Path temp) throws IOException {
        Path pictures = CliPictures.write(temp.resolve("pictures"), 4, 1);
        Path link = Files.createSymbolicLink(temp.resolve("link"), pictures);
        mmcr("inspect", link, "--out", pictures.resolve("sheets/new"))
                .assertIsWrongUsage("outside the data folder " + link);
        mmcr("inspect", pictures, "--out", link.resolve("sheets/new"))
                .assertIsWrongUsage("outside the data folder " + pictures);
        assertThat(pictures.resolve("sheets")).doesNotExist();
        Path elsewhere = Files.createDirectory(temp.resolve("elsewhere"));
        Path inside = Files.createSymbolicLink(pictures.resolve("charts"), elsewhere);
        mmcr("inspect", pictures, "--out", inside).assertIsWrongUsage("outside the data folder " + pictures);
        assertThat(elsewhere).isEmptyDirectory();
    }

    @Test
    void failureOfAFile_isNoFaultOfTheProgram(@TempDir Path temp) throws IOException {
        Path file = Files.writeString(temp.resolve("notes.txt"), "mine");
        mmcr("demo", "--minutes", 0.01, "--out", file).assertFailsWithOneLine("notes.txt");
        assertThat(mmcr("demo", "--minutes", 0.01, "--out", file).err()).doesNotContain("unexpected", "-v");
    }
}

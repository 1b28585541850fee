package org.mmcr.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mmcr.cli.CliRun.mmcr;

import org.junit.jupiter.api.Test;
import org.mmcr.train.run.PretrainConfig;

class UsageTest {

    @Test
    void help_whole_listsEveryCommand() {
        CliRun run = mmcr("--help");
        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("demo", "pretrain", "evaluate", "embed", "export", "loss", "bench");
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
    void help_ofPretrain_namesDefaultsAndChoicesOfTheConfiguration() {
        String help = mmcr("pretrain", "--help").out().replaceAll("\\s+", " ");
        PretrainConfig defaults = PretrainConfig.defaults();
        assertThat(help)
                .contains("all processes. Default: " + defaults.batch() + ".")
                .contains("Default: " + defaults.optimizer().learningRate() + ".")
                .contains("(cpu, demo, cifar10, stl10, imagenet, vectors)")
                .contains("resnet18, resnet34, resnet50, fast, mlp. Default: fast.");
    }

    @Test
    void version_printed_namesTheLibrariesToo() {
        CliRun run = mmcr("--version");
        assertThat(run.code()).isZero();
        assertThat(run.out()).startsWith("mmcr 0.").contains("libtorch 2.").doesNotContain("${");
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
}

package org.mmcr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShellCommandTest {
    @TempDir
    private Path temp;

    @Test
    @Tag("long")
    void shell_ofAScript_hasTheHelpersAndLibtorch() throws Exception {
        Path pictures = CliPictures.write(temp.resolve("pictures"), 3, 1);
        Path script = Files.write(
                temp.resolve("three.jsh"),
                List.of(
                        "System.out.println(\"pictures \" + data(\""
                                + pictures.toUri().getPath() + "\").size())",
                        "System.out.println(\"sum \" + torch.ones(2, 3).sum().item_double())",
                        "/exit"));
        MmcrProcess shell = MmcrProcess.start(temp, "shell", script);
        assertThat(shell.exitCode()).as(shell.err()).isEqualTo(ExitCode.DONE);
        assertThat(shell.out()).contains("pictures 6", "sum 6.0").doesNotContain("Error");
    }

    @Test
    void shell_withOptionsWithoutEffect_isWrongUsage() {
        CliRun.mmcr("shell", temp.resolve("none.jsh"), "--json", "--seed", 1, "--threads", 2)
                .assertIsWrongUsage("expected no --json, --seed, --threads with shell");
    }

    @Test
    void shell_ofAScriptThatIsMissing_isOneLine() {
        CliRun.mmcr("shell", temp.resolve("none.jsh")).assertFailsWithOneLine("expected a script");
    }
}

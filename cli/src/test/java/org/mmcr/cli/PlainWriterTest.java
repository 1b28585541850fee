package org.mmcr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlainWriterTest {
    @ParameterizedTest
    @CsvSource({
        "'a\033]0;title\007b', 'a\ufffd]0;title\ufffdb'",
        "'a\033[2Jb', 'a\ufffd[2Jb'",
        "'a\u009b2Jb', 'a\ufffd2Jb'",
        "'\r\033[Kbar', '\r\033[Kbar'",
        "'\033[31mred\033[0m', '\033[31mred\033[0m'",
        "'tab\tnaïve 漢', 'tab\tnaïve 漢'",
    })
    void println_controlCharacters_areReplaced(String text, String expected) {
        StringWriter shown = new StringWriter();
        new PrintWriter(new PlainWriter(shown), true).println(text);
        assertThat(shown).hasToString(expected + System.lineSeparator());
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void warning_withTheNameOfAFile_hasNoControlCharacters(@TempDir Path temp) throws Exception {
        Path pictures = CliPictures.write(temp.resolve("pictures"), 4, 1);
        Files.writeString(pictures.resolve("round/a\033]0;title\007.png"), "no picture");
        MmcrProcess inspect = MmcrProcess.start(temp, "inspect", pictures);
        assertThat(inspect.exitCode()).as(inspect.err()).isZero();
        assertThat(inspect.err()).contains("]0;title").doesNotContain("\033", "\007");
    }
}

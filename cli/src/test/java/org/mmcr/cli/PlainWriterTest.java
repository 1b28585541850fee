package org.mmcr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
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
}

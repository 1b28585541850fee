package org.mmcr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class SlowNoticeTest {
    private static final Path SOURCES = Path.of("src/main/java/org/mmcr/cli");
    private static final Pattern OPENING = Pattern.compile("(DataSources\\.(open|pictures)|PairedSource\\.open)\\(");

    @Test
    @Timeout(60)
    void notice_ofSlowWork_isRepeatedWithTheSeconds() throws InterruptedException {
        StringWriter err = new StringWriter();
        PrintWriter writer = new PrintWriter(err, true);
        try (SlowNotice notice =
                new SlowNotice(new Terminal(writer, writer, OptionalInt.empty()), "reading pictures/", 1, 50)) {
            while (err.toString().lines().count() < 3) {
                Thread.sleep(5);
            }
        }
        assertThat(err.toString().lines().findFirst()).hasValue("reading pictures/");
        assertThat(err.toString().lines().skip(1).findFirst().orElseThrow())
                .matches("reading pictures/; \\d+ s so far");
    }

    /** Commands open data by Subcommand's methods; transfer opens several data sets under one notice. */
    @Test
    void data_ofEveryCommand_areOpenedWithANotice() throws IOException {
        Set<String> opening = new TreeSet<>();
        try (Stream<Path> files = Files.list(SOURCES)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (OPENING.matcher(Files.readString(file)).find()) {
                    opening.add(String.valueOf(file.getFileName()));
                }
            }
        }
        assertThat(opening).containsExactly("Subcommand.java", "TransferCommand.java");
        assertThat(statements("Subcommand.java", OPENING)).hasSize(3).allMatch(text -> text.contains("reading("));
        assertThat(statements("TransferCommand.java", Pattern.compile("\\bOpened\\.of\\(")))
                .singleElement()
                .asString()
                .contains("reading(");
    }

    /** The statements of a source file in which a pattern is found. */
    private static List<String> statements(String file, Pattern pattern) throws IOException {
        return Arrays.stream(Files.readString(SOURCES.resolve(file)).split(";", -1))
                .filter(statement -> pattern.matcher(statement).find())
                .toList();
    }
}

package org.mmcr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class SlowNoticeTest {
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
}

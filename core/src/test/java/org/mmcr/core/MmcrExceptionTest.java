package org.mmcr.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MmcrExceptionTest {
    @Test
    void message_withAHeaderOfAFile_isOneLine() {
        String found = "expected a header, found 'a\r\nb\u2028c'";
        assertThat(new MmcrException(found)).hasMessage("expected a header, found 'a b c'");
        assertThat(new MmcrException(found, new IllegalStateException()))
                .hasMessage("expected a header, found 'a b c'");
    }
}

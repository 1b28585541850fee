package org.mmcr.spark;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import org.junit.jupiter.api.Test;
import org.mmcr.core.MmcrException;

class DamagedShardTest {
    @Test
    void open_readerFailingWithoutAMessage_saysDamagedContent() {
        InputStream content = new InputStream() {
            @Override
            public int read() {
                throw new IllegalStateException();
            }

            @Override
            public int read(byte[] buffer, int offset, int length) {
                throw new IllegalStateException();
            }
        };
        assertThatThrownBy(() -> new ShardPictures("x.tar", content))
                .isInstanceOf(MmcrException.class)
                .hasMessage("expected a whole TAR archive x.tar, found damaged content; copy or download it again");
    }
}

package org.mmcr.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;

class ShardPicturesTest {
    @Test
    void next_namesInAnyEncoding_areSamplesOfTheirOwn() throws IOException {
        for (String encoding : List.of("ISO-8859-1", "UTF-8")) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out, encoding)) {
                put(tar, "./caf\u00e8.png", 1);
                put(tar, "./caf\u00e8.cls", 'a');
                put(tar, "./caf\u00e9.png", 2);
                put(tar, "./caf\u00e9.cls", 'b');
            }
            List<EncodedPicture> found = new ArrayList<>();
            new ShardPictures("x.tar", new ByteArrayInputStream(out.toByteArray())).forEachRemaining(found::add);
            assertThat(found)
                    .as(encoding)
                    .extracting(EncodedPicture::path)
                    .containsExactly("x.tar/caf\u00e8.png", "x.tar/caf\u00e9.png");
            assertThat(found).extracting(EncodedPicture::label).containsExactly("a", "b");
            assertThat(found.get(1).content()).containsExactly(2);
        }
    }

    private static void put(TarArchiveOutputStream tar, String name, int content) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(1);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }
}

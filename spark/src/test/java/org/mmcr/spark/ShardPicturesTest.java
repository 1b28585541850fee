package org.mmcr.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.mmcr.core.MmcrException;

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
            List<EncodedPicture> found = read(out.toByteArray());
            assertThat(found)
                    .as(encoding)
                    .extracting(EncodedPicture::path)
                    .containsExactly("x.tar/caf\u00e8.png", "x.tar/caf\u00e9.png");
            assertThat(found).extracting(EncodedPicture::label).containsExactly("a", "b");
            assertThat(found.get(1).content()).containsExactly(2);
        }
    }

    /** Cuts, and damage of every byte of the first header and of the picture behind it. */
    @Test
    void next_damagedShard_isReadOrFailsByItsName() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
            put(tar, "0.png", 1);
            put(tar, "0.cls", 'a');
            put(tar, "1.png", 2);
        }
        byte[] shard = out.toByteArray();
        for (int length = 0; length < shard.length; length += 100) {
            List<EncodedPicture> found = readOrFail(Arrays.copyOf(shard, length));
            if (length >= 5 * 512) { // the first sample, and the header of the next file
                assertThat(found.get(0).path()).as("%d bytes", length).isEqualTo("x.tar/0.png");
            }
        }
        for (int at = 0; at < 600; at++) {
            byte[] damaged = shard.clone();
            damaged[at] ^= (byte) 0xff;
            readOrFail(damaged);
        }
        assertThatThrownBy(() -> read(Arrays.copyOf(shard, 512)))
                .isInstanceOf(MmcrException.class)
                .hasMessageStartingWith("expected a whole TAR archive x.tar, found ");
    }

    /** Returns the pictures before the failure, or all. */
    private static List<EncodedPicture> readOrFail(byte[] shard) {
        List<EncodedPicture> found = new ArrayList<>();
        try {
            read(shard, found);
        } catch (MmcrException e) {
            assertThat(e).hasMessageContaining("x.tar");
        }
        assertThat(found).allSatisfy(picture -> assertThat(picture.path()).startsWith("x.tar/"));
        return found;
    }

    private static List<EncodedPicture> read(byte[] shard) {
        List<EncodedPicture> found = new ArrayList<>();
        read(shard, found);
        return found;
    }

    private static void read(byte[] shard, List<EncodedPicture> found) {
        new ShardPictures("x.tar", new ByteArrayInputStream(shard)).forEachRemaining(found::add);
    }

    private static void put(TarArchiveOutputStream tar, String name, int content) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(1);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }
}

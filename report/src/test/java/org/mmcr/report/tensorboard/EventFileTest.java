package org.mmcr.report.tensorboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.Summary;

class EventFileTest {
    @TempDir
    private Path temp;

    private Path file;

    @BeforeEach
    void name() {
        file = temp.resolve("folder/events.out.tfevents.0.mmcr");
    }

    @Test
    void masked_knownText_isTheKnownSum() {
        // CRC-32C of "123456789" is 0xe3069283.
        long crc = 0xe3069283L;
        long expected = ((crc >>> 15 | (crc << 17 & 0xffffffffL)) + 0xa282ead8L) & 0xffffffffL;
        assertThat(RecordReader.masked("123456789".getBytes(StandardCharsets.US_ASCII)))
                .isEqualTo(expected);
    }

    @Test
    void open_newFile_beginsWithTheVersion() throws IOException {
        write(0);
        assertThat(RecordReader.read(file))
                .singleElement()
                .satisfies(event -> assertThat(event.getFileVersion()).isEqualTo("brain.Event:2"));
    }

    @Test
    void open_toResume_hasEveryStepOnce() throws IOException {
        write(0, 1, 2, 3, 4, 5);
        write(3, 4, 5, 6);
        assertThat(steps()).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L);
    }

    @Test
    void open_tornOrDamagedEnd_keepsWhatIsWhole() throws IOException {
        write(0, 1, 2, 3);
        byte[] whole = Files.readAllBytes(file);
        for (int cut = whole.length - 1; cut > whole.length - 30; cut--) {
            Files.write(file, Arrays.copyOf(whole, cut));
            assertThat(steps()).containsExactly(0L, 1L, 2L);
            write(9, 3);
            assertThat(Files.readAllBytes(file)).hasSameSizeAs(whole);
            assertThat(steps()).containsExactly(0L, 1L, 2L, 3L);
        }
        byte[] damaged = whole.clone();
        damaged[damaged.length - 6] ^= 1;
        Files.write(file, damaged);
        write(9, 7);
        assertThat(steps()).containsExactly(0L, 1L, 2L, 7L);
        Files.write(file, new byte[] {1, 2, 3});
        write(9, 1);
        assertThat(steps()).containsExactly(0L, 1L);
    }

    /** TensorBoard reads nothing from such an event on. */
    @Test
    void open_damagedSumOfALength_keepsWhatIsBefore() throws IOException {
        write(0, 1, 2);
        int third = (int) Files.size(file);
        write(9, 3);
        byte[] damaged = Files.readAllBytes(file);
        damaged[third + Long.BYTES] ^= 1;
        Files.write(file, damaged);
        write(9, 4);
        assertThat(steps()).containsExactly(0L, 1L, 2L, 4L);
    }

    private void write(long kept, long... steps) throws IOException {
        try (EventFile events = EventFile.open(file, kept)) {
            for (long step : steps) {
                events.add(Event.newBuilder()
                        .setStep(step)
                        .setWallTime(1e9 + step)
                        .setSummary(Summary.newBuilder().addValue(TrainingEvents.scalar("loss", -1.0 * step)))
                        .build());
            }
        }
    }

    private List<Long> steps() throws IOException {
        return RecordReader.read(file).stream().map(Event::getStep).toList();
    }
}

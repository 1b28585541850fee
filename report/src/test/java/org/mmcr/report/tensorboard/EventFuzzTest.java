package org.mmcr.report.tensorboard;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.data.Fuzzer;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.Summary;

/** Damaged event files of TensorBoard, to which a resumed run appends. */
@Tag("long")
class EventFuzzTest {
    private static final int KEPT = 2;

    @TempDir
    Path folder;

    @Test
    void events_damaged_areCutToWhatIsWhole(@TempDir Path made) throws Exception {
        Path whole = made.resolve("events");
        append(whole, 0, 1, 2, 3);
        byte[] content = Files.readAllBytes(whole);
        Path undamaged = made.resolve("undamaged");
        Fuzzer.Reader reader = file -> {
            Files.write(undamaged, beforeDamage(content, Files.readAllBytes(file)));
            resume(file, RecordReader.read(undamaged));
        };
        Fuzzer.run(new Fuzzer.Target("events", 300, List.of(content), reader), folder);
    }

    /** The bytes before the first that differs. */
    private static byte[] beforeDamage(byte[] whole, byte[] damaged) {
        int first = Arrays.mismatch(whole, damaged);
        return first < 0 ? whole : Arrays.copyOf(whole, first);
    }

    /**
     * Appends a step; every event must then be whole, the new one last and none of the others above those kept.
     *
     * @param undamaged events before the damage, of which those to keep must come first
     */
    private static void resume(Path file, List<Event> undamaged) throws IOException {
        append(file, KEPT, KEPT + 1L);
        List<Event> events = RecordReader.read(file);
        int last = events.size() - 1;
        List<Event> kept =
                undamaged.stream().filter(event -> event.getStep() <= KEPT).toList();
        if (events.get(last).getStep() != KEPT + 1
                || events.subList(0, last).stream().anyMatch(event -> event.getStep() > KEPT)
                || !events.subList(0, Math.min(kept.size(), last)).equals(kept)) {
            throw new IllegalStateException(
                    "steps " + events.stream().map(Event::getStep).toList() + ", undamaged "
                            + undamaged.stream().map(Event::getStep).toList());
        }
    }

    private static void append(Path file, long kept, long... steps) throws IOException {
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
}

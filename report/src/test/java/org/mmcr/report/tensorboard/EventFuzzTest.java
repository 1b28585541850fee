package org.mmcr.report.tensorboard;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
        Fuzzer.run(new Fuzzer.Target("events", 300, List.of(Files.readAllBytes(whole)), EventFuzzTest::resume), folder);
    }

    /** Appends a step; every event must then be whole, the new one last and none of the others above those kept. */
    private static void resume(Path file) throws IOException {
        append(file, KEPT, KEPT + 1L);
        List<Event> events = RecordReader.read(file);
        int last = events.size() - 1;
        if (events.get(last).getStep() != KEPT + 1
                || events.subList(0, last).stream().anyMatch(event -> event.getStep() > KEPT)) {
            throw new IllegalStateException(
                    "steps " + events.stream().map(Event::getStep).toList());
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

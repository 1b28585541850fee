package org.mmcr.explorer.labelling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.explorer.labelling.AccuracyHistory.Point;

class AccuracyHistoryTest {
    @TempDir
    private Path folder;

    private Path file() {
        return folder.resolve("accuracy.jsonl");
    }

    private static HeldOutAccuracy of(int correct) {
        return HeldOutAccuracy.of(correct, 20);
    }

    @Test
    void open_noFile_isEmptyAndWritesNothing() {
        assertThat(AccuracyHistory.open(file()).points()).isEmpty();
        assertThat(file()).doesNotExist();
    }

    @Test
    void open_afterMeasurements_holdsThemInOrder() {
        AccuracyHistory first = AccuracyHistory.open(file());
        first.add(10, of(8));
        first.add(12, of(9));
        assertThat(first.points())
                .extracting(Point::labels, Point::value)
                .containsExactly(tuple(10, 0.4), tuple(12, 0.45));
        assertThat(AccuracyHistory.open(file()).points()).isEqualTo(first.points());
    }

    @Test
    void add_atFewerLabels_replacesWhatCameAfter() {
        AccuracyHistory history = AccuracyHistory.open(file());
        history.add(10, of(8));
        history.add(12, of(9));
        history.add(14, of(10));
        history.add(11, of(5));
        assertThat(history.points()).extracting(Point::labels).containsExactly(10, 11);
        assertThat(AccuracyHistory.open(file()).points()).isEqualTo(history.points());
    }

    @Test
    void open_lineTornByAKill_losesThatLineOnly() throws IOException {
        AccuracyHistory.open(file()).add(10, of(8));
        Files.writeString(file(), "\n{\"labels\":11,\"val", StandardOpenOption.APPEND);
        AccuracyHistory again = AccuracyHistory.open(file());
        assertThat(again.points()).extracting(Point::labels).containsExactly(10);
        again.add(12, of(9));
        assertThat(AccuracyHistory.open(file()).points())
                .extracting(Point::labels)
                .containsExactly(10, 12);
    }
}

package org.mmcr.data.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mmcr.core.MmcrException;
import org.mmcr.data.LabelFile;

/** Arrays that SciPy and h5py wrote; {@code recordings/make.py} states what they hold. */
class ArrayFilesTest {
    @TempDir
    private Path folder;

    private static String location(String name) {
        try {
            return Path.of(Objects.requireNonNull(ArrayFilesTest.class.getResource("/recordings"))
                            .toURI())
                    + "/" + name;
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** x[i, j, k] is 100 i + 10 j + k. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "v5.mat#x",
                "v5.mat#half",
                "v5.mat#small",
                "v5.mat#s.rates",
                "one.mat",
                "one.mat#only",
                "v73.mat#x",
                "v73.mat#small",
                "v73.mat#s.rates",
                "v73.mat#s/rates",
                "array.h5#session/day1/plain",
                "array.h5#/session/day1/zipped",
                "array.h5#session/day1/lzf",
                "array.h5#session/day1/big",
                "one.h5"
            })
    void open_anyProgram_hasTheAxesInTheirOrder(String name) {
        NumberArray found = ArrayFiles.open(location(name));
        assertThat(found.shape()).containsExactly(4L, 3L, 2L);
        double[] expected = new double[24];
        Arrays.setAll(expected, i -> 100 * (i / 6) + 10 * (i / 2 % 3) + i % 2);
        assertThat(found.read(0, 24)).containsExactly(expected);
        assertThat(found.read(7, 5)).containsExactly(Arrays.copyOfRange(expected, 7, 12));
        assertThat(found.describe()).startsWith("(4, 3, 2) in ").endsWith(name);
    }

    @Test
    void open_unsignedBytes_arePositive() {
        assertThat(ArrayFiles.open(location("array.h5#session/day1/bytes")).read(12, 6))
                .containsExactly(200, 201, 210, 211, 220, 221);
        assertThat(ArrayFiles.open(location("v5.mat#flags")).read(10, 4)).containsExactly(0, 0, 0, 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"v5.mat#labels", "v5.mat#s.trial.y", "v73.mat#labels", "array.h5#session/day1/labels"})
    void labels_numbers_areInOrder(String name) {
        assertThat(LabelFile.read(location(name))).containsExactly("2", "1", "2", "1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"v5.mat#names", "v73.mat#names", "array.h5#session/day1/names", "array.h5#session/day1/fixed"})
    void labels_texts_areInOrder(String name) {
        assertThat(LabelFile.read(location(name))).containsExactly("left", "right", "left", "");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    v5.mat | one array of numbers
                    v5.mat#y | found x, labels, half
                    v5.mat#z | an array of real numbers
                    v5.mat#names | found cell
                    v5.mat#s | with rates, trial
                    v5.mat#s.y | the field y
                    v73.mat#y | found labels, names, s/rates, small, x
                    v73.mat#names | array of numbers
                    array.h5 | session/day1/plain
                    array.h5#session/day1 | a dataset session/day1
                    array.h5#session/day1/names | found String
                    none.h5 | found none
                    """)
    void open_anotherName_saysWhatThereIs(String name, String part) {
        assertThatThrownBy(() -> ArrayFiles.open(location(name)))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining(part);
    }

    @Test
    void labels_ofAnotherShapeOrValue_fail() {
        assertThatThrownBy(() -> LabelFile.read(location("v5.mat#x"))).hasMessageContaining("one-dimensional");
        assertThatThrownBy(() -> LabelFile.read(location("array.h5#session/day1/plain")))
                .hasMessageContaining("one-dimensional");
    }

    @ParameterizedTest
    @ValueSource(strings = {"v5.mat", "v73.mat", "array.h5"})
    void open_cutFile_failsInOneLine(String name) throws IOException {
        byte[] whole = Files.readAllBytes(Path.of(location(name)));
        for (int length : new int[] {0, 100, 600, whole.length / 2}) {
            Path cut = Files.write(folder.resolve(name), Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> ArrayFiles.open(cut + (name.endsWith("5") ? "#session/day1/zipped" : "#x")))
                    .as(name + " " + length)
                    .isInstanceOf(MmcrException.class);
        }
    }

    @Test
    void spikeCounts_alignedToAColumn_areNumPysHistogram() throws IOException {
        JsonNode expected =
                new ObjectMapper().readTree(Path.of(location("units.json")).toFile());
        SpikeCounts.Window window = new SpikeCounts.Window(-0.2, 0.8, 0.25, "go_cue");
        NumberArray found = SpikeCounts.of(location("units.nwb"), window);
        assertThat(found.shape()).containsExactly(8L, 3L, 4L);
        double[] counts = found.read(0, 96);
        for (int i = 0; i < counts.length; i++) {
            JsonNode one = expected.at("/counts/" + i / 12 + "/" + i / 4 % 3 + "/" + i % 4);
            assertThat(one.isNull() ? Double.isNaN(counts[i]) : counts[i] == one.asDouble())
                    .as("item " + i)
                    .isTrue();
        }
        assertThat(Arrays.stream(counts).filter(count -> count > 0).sum()).isGreaterThan(50);
        assertThat(LabelFile.read(SpikeCounts.column(location("units.nwb"), "stimulus")))
                .isEqualTo(List.of("grating", "face", "grating", "face", "grating", "face", "grating", "face"));
    }

    @Test
    void spikeCounts_wrongWindowOrColumn_fail() {
        assertThatThrownBy(() -> new SpikeCounts.Window(0, 1, 0.3, "go_cue")).hasMessageContaining("divide the window");
        assertThatThrownBy(() -> new SpikeCounts.Window(1, 1, 0.3, "go_cue"))
                .hasMessageContaining("ends after it begins");
        assertThatThrownBy(() -> new SpikeCounts.Window(0, 1, 0, "go_cue")).hasMessageContaining("longer than 0");
        SpikeCounts.Window cue = new SpikeCounts.Window(0, 1, 1, "cue");
        assertThatThrownBy(() -> SpikeCounts.of(location("units.nwb"), cue))
                .hasMessageContaining("start_time, stimulus, stop_time");
        assertThatThrownBy(() -> SpikeCounts.of(location("array.h5"), cue)).hasMessageContaining("found none");
    }
}

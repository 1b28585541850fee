package org.mmcr.analysis.capacity;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apiguardian.api.API;
import org.mmcr.analysis.capacity.CapacityReport.Value;
import org.mmcr.data.io.Json;
import org.mmcr.train.run.RunDirectory;

/**
 * The JSON document of the capacity of the same classes under several conditions, at several times, or at several
 * training steps. All of them are measured with the same seed and number of directions.
 *
 * @param over what differs between the entries of one condition
 * @param conditions one entry for each condition and time, in order
 * @param differences paired differences, of correlated capacity alone
 * @param seconds wall time
 */
@API(status = API.Status.STABLE)
public record CapacitySeries(Over over, List<Condition> conditions, List<Difference> differences, double seconds) {

    /** The quantity along a curve. */
    public enum Over {
        /** Conditions without an order. */
        @JsonProperty("condition")
        CONDITION("condition"),
        /** Index of the time. */
        @JsonProperty("time")
        TIME("time"),
        /** Number of training steps. */
        @JsonProperty("step")
        STEP("step");

        private final String word;

        Over(String word) {
            this.word = word;
        }

        @Override
        public String toString() {
            return word;
        }
    }

    /**
     * One condition, or one time of it.
     *
     * @param condition its name
     * @param at the time or step; absent for a condition without times
     * @param capacity its figures
     */
    public record Condition(
            String condition,
            @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Long> at,
            @JsonUnwrapped LayerCapacity capacity) {

        /** Returns the condition with its time for messages and tables. */
        public String name() {
            return name(condition, at);
        }

        static String name(String condition, Optional<Long> at) {
            return at.map(time -> condition + " " + time).orElse(condition);
        }
    }

    /**
     * The figures of an entry minus those of its reference. The reference of a time of the first condition is its first
     * time, that of any other entry is the first condition at the same time. Intervals resample the same pairs of a
     * direction and a dichotomy in both.
     *
     * @param condition name of the condition
     * @param at its time
     * @param figures differences by the names of the figures in JSON, for those that both have
     */
    public record Difference(
            String condition,
            @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Long> at,
            Map<String, Value> figures) {

        /** Returns the condition with its time for messages and tables. */
        public String name() {
            return Condition.name(condition, at);
        }
    }

    /** Returns the files that {@link #write} writes. */
    public static List<Path> files(Path folder) {
        List<Path> files = new ArrayList<>(CapacityCharts.seriesFiles(folder));
        files.add(0, RunDirectory.ofAnother(folder).series());
        return files;
    }

    /** Writes {@code series.json} and the chart {@code series.png}, {@code .svg} and {@code .pdf}. */
    public void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        Json.write(RunDirectory.ofAnother(folder).series(), this);
        CapacityCharts.draw(folder, this);
    }
}

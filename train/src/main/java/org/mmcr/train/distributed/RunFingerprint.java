package org.mmcr.train.distributed;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The settings that must be equal in all processes of a run, as lines of {@code topic: value}. They are compared before
 * training starts.
 */
public final class RunFingerprint {
    private final List<String> lines = new ArrayList<>();

    public RunFingerprint() {}

    /** Adds a line. */
    public RunFingerprint with(String topic, String value) {
        lines.add(topic + ": " + value);
        return this;
    }

    /** Adds every line of a text under the topic. */
    public RunFingerprint withLines(String topic, String text) {
        text.lines().forEach(line -> with(topic, line.strip()));
        return this;
    }

    String text() {
        return String.join("\n", lines);
    }

    /** Describes the first line that differs; {@code other} is that of rank 0. */
    static Optional<String> difference(Rank rank, String own, String other) {
        List<String> mine = own.lines().toList();
        List<String> first = other.lines().toList();
        for (int i = 0; i < Math.max(mine.size(), first.size()); i++) {
            String here = i < mine.size() ? mine.get(i) : "nothing";
            String there = i < first.size() ? first.get(i) : "nothing";
            if (!here.equals(there)) {
                return Optional.of("expected all ranks to run the same, found " + here + " on rank " + rank.rank()
                        + " and " + there + " on rank 0; start every process with one version, recipe and data");
            }
        }
        return Optional.empty();
    }
}

package org.mmcr.analysis.charts;

import java.awt.FontMetrics;
import java.util.ArrayList;
import java.util.List;

/** Text under a figure, broken into lines. */
final class Captions {
    private Captions() {}

    /** Returns the lines of a text of at most {@code width} pixels each; a longer word has a line of its own. */
    static List<String> wrapped(String text, FontMetrics metrics, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ", -1)) {
            if (line.length() > 0 && metrics.stringWidth(line + " " + word) > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.length() > 0 ? " " : "").append(word);
        }
        if (line.length() > 0) {
            lines.add(line.toString());
        }
        return lines;
    }
}

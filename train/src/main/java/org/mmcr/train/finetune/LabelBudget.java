package org.mmcr.train.finetune;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.mmcr.core.MmcrException;
import org.mmcr.data.DataSource;
import org.mmcr.train.evaluate.StratifiedSplit;

/**
 * A number of labels drawn of each class: all, a fraction of the class, or the same number of each.
 *
 * @param fraction of each class, rounded; 0 if a number is given
 * @param perClass number of each class; 0 if a fraction is given
 */
public record LabelBudget(double fraction, int perClass) {
    private static final Pattern PERCENT = Pattern.compile("(\\d+(?:\\.\\d+)?) ?%");
    private static final Pattern NUMBER = Pattern.compile("(\\d{1,9})(?:-per-class)?");

    /** Every label. */
    public static LabelBudget all() {
        return new LabelBudget(1, 0);
    }

    /**
     * Reads {@code all}, {@code 1%} or {@code 5-per-class}.
     *
     * @throws MmcrException if it is none of these, or not above 0
     */
    public static LabelBudget parse(String text) {
        Matcher percent = PERCENT.matcher(text);
        Matcher number = NUMBER.matcher(text);
        if (text.equals("all")) {
            return all();
        }
        if (percent.matches() && inRange(Double.parseDouble(percent.group(1)))) {
            return new LabelBudget(Double.parseDouble(percent.group(1)) / 100, 0);
        }
        if (number.matches() && Integer.parseInt(number.group(1)) > 0) {
            return new LabelBudget(0, Integer.parseInt(number.group(1)));
        }
        throw new MmcrException("expected labels as 1%, 10%, 5-per-class, all, or a CSV file with the columns path and"
                + " label, found '" + text + "'; correct it");
    }

    private static boolean inRange(double percent) {
        return percent > 0 && percent <= 100;
    }

    /** Whether every draw is the same. */
    public boolean isAll() {
        return fraction == 1;
    }

    @Override
    public String toString() {
        return isAll() ? "all" : perClass > 0 ? perClass + "-per-class" : 100 * fraction + "%";
    }

    /**
     * Draws samples of each class.
     *
     * @param data every sample has a label
     * @param seed of the draw
     * @return ascending indices
     * @throws MmcrException if a class has too few samples, or none is drawn of it
     */
    public int[] draw(DataSource data, long seed) {
        List<String> names = data.classNames();
        int[] labels = IntStream.range(0, data.size())
                .map(sample -> data.label(sample).orElseThrow())
                .toArray();
        return StratifiedSplit.draw(labels, names.size(), seed, (c, members) -> count(names.get(c), members));
    }

    private int count(String name, int members) {
        if (perClass > members && members > 0) {
            throw new MmcrException("expected at least " + perClass + " labelled training samples of class " + name
                    + ", found " + members + "; ask for at most " + members + "-per-class");
        }
        int count = perClass > 0 ? Math.min(perClass, members) : (int) Math.round(fraction * members);
        if (count == 0 && members > 0) {
            throw new MmcrException("expected a label of every class in a draw, found none of class " + name + " in "
                    + this + " of its " + members + " samples; ask for 1-per-class or more");
        }
        return count;
    }
}

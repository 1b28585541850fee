package org.mmcr.explorer.filter;

import java.util.Locale;
import java.util.regex.Pattern;
import org.mmcr.core.MmcrException;

/**
 * The value of a comparison.
 *
 * @param text without its quotes
 * @param quoted whether it stands in quotes, where {@code none} is a text like any other
 */
record QueryValue(String text, boolean quoted) {
    /** The value of pictures without one. */
    static final QueryValue NONE = new QueryValue("none", false);

    /** Texts that need no quotes. */
    private static final Pattern PLAIN = Pattern.compile("[\\p{L}\\p{N}_][\\p{L}\\p{N}_.,/+-]*");

    private static final Pattern NUMBER = Pattern.compile("([+-]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?)\\s*(%?)");

    /** Returns a text as a value, which is in quotes if it needs them. */
    static QueryValue of(String text) {
        boolean plain = PLAIN.matcher(text).matches() && !text.equalsIgnoreCase(NONE.text);
        return new QueryValue(text, !plain);
    }

    /** Returns how it is written in a query. */
    String written() {
        return quoted ? '"' + text.replace("\"", "\"\"") + '"' : text;
    }

    /** Returns whether it stands for pictures without a value. */
    boolean isNone() {
        return !quoted && text.equalsIgnoreCase(NONE.text);
    }

    /** Returns the text in lower case. */
    String lower() {
        return text.toLowerCase(Locale.ROOT);
    }

    /**
     * Returns the number; {@code 50%} is 0.5.
     *
     * @throws MmcrException if it is none, with the field and the comparison
     */
    double number(String field, Comparison comparison) {
        var number = NUMBER.matcher(text.strip());
        if (!number.matches()) {
            throw new MmcrException("expected a number after " + field + comparison.sign() + ", found '" + text
                    + "'; for example " + field + "<0.5 or " + field + "<50%");
        }
        double value = Double.parseDouble(number.group(1));
        return number.group(2).isEmpty() ? value : value / 100;
    }
}

package org.mmcr.train.run;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** Suggestion of a known word for a misspelt one, if one is near. */
final class SpellingSuggestion {
    private SpellingSuggestion() {}

    /**
     * Returns {@code "; did you mean 'x'?"} with the known word of the smallest edit distance from {@code word}, or the
     * alphabetically first of several. The text is empty if more than half of the letters differ.
     */
    static String question(String word, Collection<String> known) {
        String written = plain(word);
        return known.stream()
                .filter(candidate ->
                        2 * distance(written, plain(candidate)) <= Math.max(written.length(), candidate.length()))
                .min(Comparator.<String>comparingInt(candidate -> distance(written, plain(candidate)))
                        .thenComparing(Comparator.naturalOrder()))
                .map(nearest -> "; did you mean '" + nearest + "'?")
                .orElse("");
    }

    /**
     * Normalises case and separators: {@code localWeight}, {@code local-weight} and {@code local_weight} are the same
     * word.
     */
    private static String plain(String word) {
        return word.toLowerCase(Locale.ROOT).replace("_", "").replace("-", "");
    }

    /** Levenshtein distance. */
    static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replace = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replace, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}

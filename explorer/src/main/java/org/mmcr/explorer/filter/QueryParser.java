package org.mmcr.explorer.filter;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.mmcr.core.MmcrException;

/**
 * A parser of queries by recursive descent. From the loosest to the tightest: {@code or}, {@code and} or nothing
 * between terms, {@code not} or {@code -} before one, parentheses, comparisons and words.
 */
final class QueryParser {
    /** Limit of parentheses inside of each other, so that no query exhausts the stack. */
    private static final int DEEPEST = 50;

    private final String text;
    private int at;
    private int depth;

    QueryParser(String text) {
        this.text = text;
    }

    PictureQuery parse() {
        skipSpaces();
        if (at == text.length()) {
            return new PictureQuery.All(List.of());
        }
        PictureQuery query = any();
        if (at < text.length()) {
            throw new MmcrException("expected ( before ), found none; leave ) out or put quotes around it");
        }
        return query;
    }

    private PictureQuery any() {
        List<PictureQuery> parts = new ArrayList<>();
        do {
            parts.add(all());
        } while (takeWord("or"));
        return parts.size() == 1 ? parts.get(0) : new PictureQuery.Any(parts);
    }

    private PictureQuery all() {
        List<PictureQuery> parts = new ArrayList<>();
        do {
            parts.add(one());
        } while (takeWord("and") || begins());
        return parts.size() == 1 ? parts.get(0) : new PictureQuery.All(parts);
    }

    private PictureQuery one() {
        boolean negated = false;
        while (takeWord("not") || takeMinus()) {
            negated = !negated;
        }
        PictureQuery query = take('(') ? group() : term();
        return negated ? new PictureQuery.Not(query) : query;
    }

    private PictureQuery group() {
        depth++;
        if (depth > DEEPEST) {
            throw new MmcrException("expected at most " + DEEPEST + " parentheses inside of each other, found more;"
                    + " leave some out");
        }
        PictureQuery query = any();
        if (!take(')')) {
            throw new MmcrException("expected ) after (, found none; add it");
        }
        depth--;
        return query;
    }

    /** Parses a comparison, or a word that names are searched for. */
    private PictureQuery term() {
        if (!begins()) {
            throw new MmcrException("expected a word or a comparison, found "
                    + (at == text.length() ? "none at the end" : text.charAt(at) == ')' ? ")" : "or")
                    + "; add one, for example class:cat, or put quotes around a text to search names for it");
        }
        String word = text.charAt(at) == '"' ? quoted() : word(true);
        Optional<Comparison> comparison = comparison();
        return comparison.isPresent()
                ? new PictureQuery.Term(word, comparison.get(), value(word, comparison.get()))
                : new PictureQuery.Term(PictureFields.NAME, Comparison.IS, new QueryValue(word, true));
    }

    /** Takes the sign of a comparison, if one follows. */
    private Optional<Comparison> comparison() {
        skipSpaces();
        for (Comparison one : Comparison.values()) {
            if (text.startsWith(one.sign(), at)) {
                at += one.sign().length();
                if (one == Comparison.EQUAL && text.startsWith("=", at)) {
                    at++; // == as in programs
                }
                return Optional.of(one);
            }
        }
        return Optional.empty();
    }

    private QueryValue value(String field, Comparison comparison) {
        skipSpaces();
        if (at == text.length() || text.charAt(at) == ')') {
            throw new MmcrException("expected a value after " + field + comparison.sign()
                    + ", found none; add one, in quotes if it has spaces");
        }
        if (text.charAt(at) == '"') {
            return new QueryValue(quoted(), true);
        }
        String value = word(false);
        boolean percent = Character.isDigit(value.charAt(value.length() - 1)) && takePercent();
        return new QueryValue(percent ? value + "%" : value, false);
    }

    /** Takes a text in quotes, in which two quotes are one. */
    private String quoted() {
        StringBuilder content = new StringBuilder();
        at++;
        while (at < text.length()) {
            char next = text.charAt(at);
            at++;
            if (next != '"') {
                content.append(next);
            } else if (at < text.length() && text.charAt(at) == '"') {
                content.append('"');
                at++;
            } else {
                return content.toString();
            }
        }
        throw new MmcrException("expected a closing quote, found the end; add \"");
    }

    /** Takes what follows, up to a space or the ) of a ( before it; as a field also up to a comparison. */
    private String word(boolean asField) {
        int start = at;
        int open = 0;
        while (at < text.length() && !Character.isWhitespace(text.charAt(at)) && !(asField && isComparison())) {
            char next = text.charAt(at);
            open += next == '(' ? 1 : next == ')' ? -1 : 0;
            if (open < 0) {
                break;
            }
            at++;
        }
        return text.substring(start, at);
    }

    private boolean isComparison() {
        return ":=<>".indexOf(text.charAt(at)) >= 0 || text.startsWith("!=", at);
    }

    /** Returns whether a term follows. */
    private boolean begins() {
        skipSpaces();
        return at < text.length() && text.charAt(at) != ')' && !isWord("or");
    }

    /** Returns whether a word of the grammar follows; before a comparison it is a field. */
    private boolean isWord(String word) {
        int end = at + word.length();
        return text.regionMatches(true, at, word, 0, word.length())
                && (end == text.length() || "()".indexOf(text.charAt(end)) >= 0 || isSpace(end));
    }

    private boolean takeWord(String word) {
        skipSpaces();
        boolean found = isWord(word);
        at += found ? word.length() : 0;
        return found;
    }

    private boolean take(char wanted) {
        skipSpaces();
        boolean found = at < text.length() && text.charAt(at) == wanted;
        at += found ? 1 : 0;
        return found;
    }

    /** Takes a minus sign right before a term; one between spaces is a word. */
    private boolean takeMinus() {
        skipSpaces();
        boolean found = at + 1 < text.length() && text.charAt(at) == '-' && !isSpace(at + 1);
        at += found ? 1 : 0;
        return found;
    }

    /** Takes a percent sign that stands alone. */
    private boolean takePercent() {
        skipSpaces();
        boolean found = at < text.length()
                && text.charAt(at) == '%'
                && (at + 1 == text.length() || text.charAt(at + 1) == ')' || isSpace(at + 1));
        at += found ? 1 : 0;
        return found;
    }

    private boolean isSpace(int place) {
        return Character.isWhitespace(text.charAt(place));
    }

    private void skipSpaces() {
        while (at < text.length() && isSpace(at)) {
            at++;
        }
    }
}

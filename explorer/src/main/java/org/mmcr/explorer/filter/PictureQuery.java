package org.mmcr.explorer.filter;

import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import org.mmcr.core.MmcrException;

/** A query for pictures: a comparison of a field with a value, or several queries joined by and, or, and not. */
public sealed interface PictureQuery {
    /**
     * Returns the test of a query, by the index of a picture. An empty query is one for all pictures.
     *
     * @param text as docs/explore.md describes it
     * @throws MmcrException if it is no query for these fields, with their names
     */
    static IntPredicate test(String text, List<PictureField> fields) {
        try {
            return parse(text).over(fields);
        } catch (MmcrException e) {
            throw new MmcrException(
                    e.getMessage() + "; the fields are "
                            + fields.stream().map(PictureField::name).collect(Collectors.joining(", ")),
                    e);
        }
    }

    /** Returns the query that a text stands for, whose fields may not exist. */
    static PictureQuery parse(String text) {
        return new QueryParser(text).parse();
    }

    /** Returns the test of this query, by the index of a picture. */
    IntPredicate over(List<PictureField> fields);

    /** The pictures of every one of several queries. */
    record All(List<PictureQuery> parts) implements PictureQuery {
        public All {
            parts = List.copyOf(parts);
        }

        @Override
        public IntPredicate over(List<PictureField> fields) {
            List<IntPredicate> tests =
                    parts.stream().map(part -> part.over(fields)).toList();
            return i -> {
                for (IntPredicate test : tests) {
                    if (!test.test(i)) {
                        return false;
                    }
                }
                return true;
            };
        }
    }

    /** The pictures of at least one of several queries. */
    record Any(List<PictureQuery> parts) implements PictureQuery {
        public Any {
            parts = List.copyOf(parts);
        }

        @Override
        public IntPredicate over(List<PictureField> fields) {
            List<IntPredicate> tests =
                    parts.stream().map(part -> part.over(fields)).toList();
            return i -> {
                for (IntPredicate test : tests) {
                    if (test.test(i)) {
                        return true;
                    }
                }
                return false;
            };
        }
    }

    /** The pictures that are not among those of a query. */
    record Not(PictureQuery part) implements PictureQuery {
        @Override
        public IntPredicate over(List<PictureField> fields) {
            return part.over(fields).negate();
        }
    }

    /** The pictures whose field compares so with a value. */
    record Term(String field, Comparison comparison, QueryValue value) implements PictureQuery {
        /** Returns the text that stands for this term in a query. */
        String text() {
            return QueryValue.of(field).written() + comparison.sign() + value.written();
        }

        @Override
        public IntPredicate over(List<PictureField> fields) {
            return fields.stream()
                    .filter(one -> one.name().equalsIgnoreCase(field))
                    .findFirst()
                    .orElseThrow(() -> new MmcrException("expected a field before " + comparison.sign() + ", found '"
                            + field + "'; put quotes around a text to search names for it"))
                    .test(comparison, value);
        }
    }
}

package org.mmcr.explorer.filter;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.function.IntToDoubleFunction;
import java.util.function.IntUnaryOperator;
import org.mmcr.core.MmcrException;

/** A property of every picture that a query can ask for. */
public sealed interface PictureField {
    /** Returns the name in queries. */
    String name();

    /** Returns whether its values are numbers. */
    boolean numeric();

    /**
     * Returns the test of a comparison, by the index of a picture. {@code !=} is the opposite of {@code =}, also for
     * pictures without a value.
     *
     * @throws MmcrException if the values of this field cannot be compared so
     */
    IntPredicate test(Comparison comparison, QueryValue value);

    /** Returns the counts of the values of {@code pictures} pictures. */
    FieldChart chart(int pictures);

    /**
     * A text that every picture has; {@code :} asks for a part of it, {@code =} for the whole.
     *
     * @param lower the text of a picture in lower case
     */
    record Text(String name, IntFunction<String> lower) implements PictureField {
        @Override
        public boolean numeric() {
            return false;
        }

        @Override
        public IntPredicate test(Comparison comparison, QueryValue value) {
            comparison.requireForText(name);
            String wanted = value.lower();
            if (comparison == Comparison.IS) {
                return i -> lower.apply(i).contains(wanted);
            }
            IntPredicate equal = i -> lower.apply(i).equals(wanted);
            return comparison == Comparison.NOT_EQUAL ? equal.negate() : equal;
        }

        /** An empty text counts as no value. */
        @Override
        public FieldChart chart(int pictures) {
            Map<String, Integer> codes = new LinkedHashMap<>();
            codes.put("", -1);
            int[] of = new int[pictures];
            for (int i = 0; i < pictures; i++) {
                of[i] = codes.computeIfAbsent(lower.apply(i), text -> codes.size() - 1);
            }
            List<String> values = codes.keySet().stream().skip(1).toList();
            PictureQuery.Term none = new PictureQuery.Term(name, Comparison.EQUAL, new QueryValue("", true));
            return TextChart.of(name, Comparison.EQUAL, none, values, of);
        }
    }

    /**
     * One of a few texts, compared as a whole and without regard to case.
     *
     * @param values the texts
     * @param of the index of a picture's text among them, -1 where it has none
     */
    record Values(String name, List<String> values, IntUnaryOperator of) implements PictureField {
        public Values {
            values = List.copyOf(values);
        }

        @Override
        public boolean numeric() {
            return false;
        }

        @Override
        public IntPredicate test(Comparison comparison, QueryValue value) {
            comparison.requireForText(name);
            IntPredicate equal = value.isNone() ? i -> of.applyAsInt(i) < 0 : among(value.text());
            return comparison == Comparison.NOT_EQUAL ? equal.negate() : equal;
        }

        /** Returns the text of a picture; empty for none. */
        public String text(int picture) {
            int value = of.applyAsInt(picture);
            return value < 0 ? "" : values.get(value);
        }

        private IntPredicate among(String text) {
            boolean[] wanted = new boolean[values.size()];
            for (int v = 0; v < wanted.length; v++) {
                wanted[v] = values.get(v).equalsIgnoreCase(text);
            }
            return i -> {
                int found = of.applyAsInt(i);
                return found >= 0 && wanted[found];
            };
        }

        /** Values that differ by case alone are one, as in queries. */
        @Override
        public FieldChart chart(int pictures) {
            Map<String, Integer> first = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            int[] alike = new int[values.size()];
            for (int v = 0; v < alike.length; v++) {
                first.putIfAbsent(values.get(v), v);
                alike[v] = first.get(values.get(v));
            }
            int[] found = new int[pictures];
            for (int i = 0; i < pictures; i++) {
                int value = of.applyAsInt(i);
                found[i] = value < 0 ? -1 : alike[value];
            }
            PictureQuery.Term none = new PictureQuery.Term(name, Comparison.IS, QueryValue.NONE);
            return TextChart.of(name, Comparison.IS, none, values, found);
        }
    }

    /**
     * A number.
     *
     * @param of the number of a picture, NaN where it has none
     */
    record Numbers(String name, IntToDoubleFunction of) implements PictureField {
        /** Returns the number of a picture as a text; empty for none. */
        public String text(int picture) {
            double number = of.applyAsDouble(picture);
            // A certainty is a float; as a double it would have digits that mean nothing.
            String text = number == (float) number ? Float.toString((float) number) : Double.toString(number);
            return Double.isNaN(number) ? "" : text.replaceFirst("\\.0$", "");
        }

        /** Returns whether one of some pictures has a number. */
        public boolean isKnown(int[] pictures) {
            return Arrays.stream(pictures).anyMatch(i -> Double.isFinite(of.applyAsDouble(i)));
        }

        @Override
        public boolean numeric() {
            return true;
        }

        @Override
        public IntPredicate test(Comparison comparison, QueryValue value) {
            if (value.isNone() && !comparison.isOrder()) {
                IntPredicate none = i -> Double.isNaN(of.applyAsDouble(i));
                return comparison == Comparison.NOT_EQUAL ? none.negate() : none;
            }
            double bound = value.number(name, comparison);
            return switch (comparison) {
                case IS, EQUAL -> i -> of.applyAsDouble(i) == bound;
                case NOT_EQUAL -> i -> of.applyAsDouble(i) != bound;
                case LESS -> i -> of.applyAsDouble(i) < bound;
                case AT_MOST -> i -> of.applyAsDouble(i) <= bound;
                case MORE -> i -> of.applyAsDouble(i) > bound;
                case AT_LEAST -> i -> of.applyAsDouble(i) >= bound;
            };
        }

        @Override
        public FieldChart chart(int pictures) {
            return NumberChart.of(name, of, pictures);
        }
    }
}

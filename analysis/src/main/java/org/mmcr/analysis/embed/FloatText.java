package org.mmcr.analysis.embed;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Formats float32 numbers as decimal text that parses to the same float32: nine significant digits, which always
 * suffice (C's {@code FLT_DECIMAL_DIG}), without trailing zeros. {@code Float.toString} finds the fewest digits but
 * takes several times as long.
 */
final class FloatText {
    /** Largest number of bytes that one number takes. */
    static final int LONGEST = 16;

    private static final int DIGITS = 9;
    /** Numbers between these are written without an exponent. */
    private static final float LEAST = 1e-4f;

    private static final float MOST = 1e8f;
    private static final int LEAST_EXPONENT = -5;
    private static final double LOG_TEN_OF_TWO = Math.log10(2);

    /** Powers of ten from {@link #LEAST_EXPONENT} on. */
    private static final double[] POWERS = new double[14];
    /** Factors that scale a number with that exponent to nine digits before the point. */
    private static final double[] SCALES = new double[14];
    /** The four digits of 0 to 9999, the first in the lowest byte. */
    private static final int[] QUADS = new int[10_000];

    private static final VarHandle QUAD = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long EIGHT_ZEROS = 0x3030303030303030L;

    static {
        for (int i = 0; i < POWERS.length; i++) {
            POWERS[i] = Double.parseDouble("1e" + (i + LEAST_EXPONENT));
            SCALES[i] = Double.parseDouble("1e" + (DIGITS - 1 - i - LEAST_EXPONENT));
        }
        for (int i = 0; i < QUADS.length; i++) {
            QUADS[i] = 0x30303030 + (i / 1000) + (i / 100 % 10 << 8) + (i / 10 % 10 << 16) + (i % 10 << 24);
        }
    }

    private FloatText() {}

    /** Writes {@code value} at {@code at} and returns the end; needs room for {@value #LONGEST} bytes. */
    static int write(float value, byte[] text, int at) {
        int bits = Float.floatToRawIntBits(value);
        return (short) bits == 0 ? Rounded.write(bits >>> Short.SIZE, text, at) : make(value, text, at);
    }

    /**
     * The texts of all bfloat16 numbers, about 1 MB. A pass in bfloat16 yields no other numbers, and copying a text is
     * much faster than formatting it.
     */
    private static final class Rounded {
        private static final byte[] TEXTS = new byte[LONGEST << Short.SIZE];
        private static final byte[] LENGTHS = new byte[1 << Short.SIZE];

        static {
            for (int i = 0; i < LENGTHS.length; i++) {
                int at = i * LONGEST;
                LENGTHS[i] = (byte) (make(Float.intBitsToFloat(i << Short.SIZE), TEXTS, at) - at);
            }
        }

        static int write(int number, byte[] text, int at) {
            System.arraycopy(TEXTS, number * LONGEST, text, at, LONGEST);
            return at + LENGTHS[number];
        }
    }

    private static int make(float value, byte[] text, int at) {
        float size = Math.abs(value);
        if (!(size > LEAST && size < MOST)) {
            return rare(value, text, at);
        }
        int to = at;
        if (value < 0) {
            text[to++] = '-';
        }
        int index = (int) (LOG_TEN_OF_TWO * Math.getExponent(size) - LEAST_EXPONENT); // of the power below, or one less
        index += size >= POWERS[index + 1] ? 1 : 0;
        int digits = (int) (size * SCALES[index] + 0.5);
        int whole = index + LEAST_EXPONENT + 1; // digits before the point
        return whole > 1 ? large(digits, whole, text, to) : small(digits, whole, text, to);
    }

    /**
     * Writes nine digits with one before the point. A number below 1 gets a zero before the point and more zeros after
     * it.
     */
    private static int small(int digits, int whole, byte[] text, int at) {
        QUAD.set(text, at + 1, QUADS[0]);
        int from = at + (whole == 1 ? 1 : 2 - whole);
        nine(digits, text, from);
        text[at] = whole == 1 ? text[at + 1] : (byte) '0';
        text[at + 1] = '.';
        return withoutZeros(text, at + 3, from + DIGITS);
    }

    /** Writes nine digits, {@code whole} of them before the point. */
    private static int large(int digits, int whole, byte[] text, int at) {
        nine(digits, text, at + 1);
        for (int i = at; i < at + whole; i++) {
            text[i] = text[i + 1];
        }
        text[at + whole] = '.';
        return withoutZeros(text, at + whole + 2, at + 1 + DIGITS);
    }

    private static void nine(int digits, byte[] text, int at) {
        int low = digits % 10_000;
        int rest = digits / 10_000;
        text[at] = (byte) ('0' + rest / 10_000);
        QUAD.set(text, at + 1, QUADS[rest % 10_000]);
        QUAD.set(text, at + 5, QUADS[low]);
    }

    /**
     * Returns the end of the text without its trailing zeros, at least {@code least}. It has no loop, because the
     * processor cannot predict the loop's end.
     */
    private static int withoutZeros(byte[] text, int least, int end) {
        long last = (long) EIGHT.get(text, end - 8) ^ EIGHT_ZEROS;
        return Math.max(least, end - (Long.numberOfLeadingZeros(last) >>> 3));
    }

    /** Writes zero, numbers with an exponent, infinities and NaN. */
    private static int rare(float value, byte[] text, int at) {
        byte[] written = Float.toString(value).getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(written, 0, text, at, written.length);
        return at + written.length;
    }
}

package org.mmcr.data;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DictionaryPage;

/**
 * Parquet's dictionary for bfloat16 numbers that are kept as float32: there are at most 65,536 of them, so that one is
 * found in a table, and a page of their places takes two bytes each.
 */
final class RoundedDictionary {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int NUMBERS = 1 << Short.SIZE;
    /** Places are packed eight at a time. */
    private static final int PACK = 8;

    private static final int LONGEST_HEADER = 5;

    /** One more than the place of the number whose upper half is the index; 0 for one that was not met. */
    private final int[] places = new int[NUMBERS];
    /** Numbers in the order in which they were met. */
    private final byte[] met = new byte[NUMBERS * Float.BYTES];

    private int size;

    /** Whether the first {@code count} little-endian float32 of {@code values} are bfloat16 numbers. */
    static boolean fits(byte[] values, int count) {
        int low = 0;
        for (int i = 0; i < count; i++) {
            low |= (int) INT.get(values, i * Float.BYTES);
        }
        return (short) low == 0;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** The values of a page, bit width first, then one run of places, packed without gaps. */
    byte[] encode(byte[] values, int count) {
        int packs = (count + PACK - 1) / PACK;
        byte[] page = new byte[1 + LONGEST_HEADER + packs * PACK * Short.BYTES];
        page[0] = Short.SIZE;
        int at = 1;
        int header = (packs << 1) | 1; // least significant seven bits first
        for (; header > 0x7f; header >>>= 7) {
            page[at++] = (byte) (header | 0x80);
        }
        page[at++] = (byte) header;
        int end = at + packs * PACK * Short.BYTES;
        for (int i = 0; i < count; i++, at += Short.BYTES) {
            SHORT.set(page, at, place((int) INT.get(values, i * Float.BYTES)));
        }
        return Arrays.copyOf(page, end);
    }

    private short place(int bits) {
        int number = bits >>> Short.SIZE;
        if (places[number] == 0) {
            INT.set(met, size * Float.BYTES, bits);
            places[number] = ++size;
        }
        return (short) (places[number] - 1);
    }

    /** The numbers met. */
    DictionaryPage page() {
        return new DictionaryPage(BytesInput.from(met, 0, size * Float.BYTES), size, Encoding.PLAIN);
    }
}

package org.mmcr.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Random damage of files: bits, blocks, numbers in binary and in text, and the punctuation of text formats. */
final class Mutations {
    private static final int MAX_BYTES = 1 << 20;
    /** Where most formats keep sizes: bytes at the beginning and at the end. */
    private static final int HEADER = 200;

    private static final long[] NUMBERS = {
        0,
        1,
        -1,
        2,
        127,
        128,
        255,
        256,
        32767,
        32768,
        65535,
        65536,
        1 << 24,
        1 << 30,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        1L << 32,
        1L << 53,
        Long.MAX_VALUE,
        Long.MIN_VALUE
    };
    private static final List<String> NUMBER_TEXTS = List.of(
            "0",
            "-1",
            "1",
            "007",
            "1.5",
            "-0.0",
            "2147483647",
            "2147483648",
            "4294967297",
            "9223372036854775807",
            "9223372036854775808",
            "99999999999999999999999",
            "1e9",
            "1e400",
            "-1e-400",
            "NaN",
            "-inf",
            "0x10",
            "1_0",
            "null",
            "true",
            "\"a\"",
            "[]",
            "{}",
            "");
    private static final List<String> TOKENS = List.of(
            "\"",
            "'",
            ",",
            ";",
            "\t",
            "\n",
            "\r",
            "\r\n\r\n",
            "\0",
            "{",
            "}",
            "[",
            "]",
            "(",
            ")",
            ":",
            "#",
            "&a ",
            "*a",
            "!!",
            "\\",
            "\\ud800",
            "\\u0000",
            "../",
            "/",
            "\ufeff",
            "\u2028",
            "\u001b[31m",
            "e\u0301",
            "\ud83d\ude00",
            "null",
            "NaN",
            "{\"a\":",
            "[".repeat(3000),
            "{\"a\":".repeat(1500),
            "\"".repeat(999),
            "7".repeat(1200),
            "x".repeat(70_000));

    private final List<byte[]> seeds;
    private final SplittableRandom random;

    private Mutations(List<byte[]> seeds, SplittableRandom random) {
        this.seeds = seeds;
        this.random = random;
    }

    /** Returns one of the seeds with one to six changes; a function of the arguments alone. */
    static byte[] mutate(List<byte[]> seeds, SplittableRandom random) {
        Mutations mutations = new Mutations(seeds, random);
        byte[] bytes = mutations.seed();
        int changes = random.nextBoolean() ? 1 : 1 + random.nextInt(6);
        for (int i = 0; i < changes; i++) {
            bytes = mutations.change(bytes);
        }
        return bytes.length > MAX_BYTES ? Arrays.copyOf(bytes, MAX_BYTES) : bytes;
    }

    private byte[] change(byte[] bytes) {
        int at = position(bytes.length);
        int length = Math.min(bytes.length - at, 1 + random.nextInt(random.nextBoolean() ? 8 : 300));
        return switch (random.nextInt(11)) {
            case 0 -> flipped(bytes, at);
            case 1 -> replaced(bytes, at, length, noise(length));
            case 2 -> Arrays.copyOf(bytes, at);
            case 3 -> replaced(bytes, at, 0, noise(length));
            case 4 -> replaced(bytes, at, length, new byte[0]);
            case 5 -> replaced(bytes, position(bytes.length), 0, Arrays.copyOfRange(bytes, at, at + length));
            case 6 -> spliced(bytes, at);
            case 7, 8 -> withNumber(bytes, at);
            case 9 -> withNumberText(bytes);
            default -> replaced(bytes, at, random.nextInt(2) * length, text(TOKENS));
        };
    }

    private byte[] seed() {
        return seeds.get(random.nextInt(seeds.size())).clone();
    }

    private int position(int length) {
        int header = Math.min(length, HEADER);
        return switch (random.nextInt(4)) {
            case 0 -> random.nextInt(header + 1);
            case 1 -> length - random.nextInt(header + 1);
            default -> random.nextInt(length + 1);
        };
    }

    private static byte[] flipped(byte[] bytes, int at) {
        if (at < bytes.length) {
            bytes[at] ^= (byte) (1 << (at * 31 + bytes.length) % 8);
        }
        return bytes;
    }

    private byte[] noise(int length) {
        byte[] noise = new byte[length];
        if (random.nextBoolean()) {
            random.nextBytes(noise);
        } else {
            Arrays.fill(noise, (byte) random.nextInt(256));
        }
        return noise;
    }

    /** Continues with the end of another seed. */
    private byte[] spliced(byte[] bytes, int at) {
        byte[] other = seed();
        return replaced(bytes, at, bytes.length - at, Arrays.copyOfRange(other, position(other.length), other.length));
    }

    /** Overwrites 1, 2, 4 or 8 bytes with a number at the edge of a type's range, or near the file's length. */
    private byte[] withNumber(byte[] bytes, int at) {
        long number = random.nextInt(8) == 0
                ? bytes.length - 8 + random.nextInt(16)
                : NUMBERS[random.nextInt(NUMBERS.length)];
        byte[] eight = ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(number)
                .array();
        int width = 1 << random.nextInt(4);
        if (random.nextBoolean()) {
            eight = ByteBuffer.allocate(8).putLong(number << (64 - 8 * width)).array();
        }
        return replaced(bytes, at, Math.min(width, bytes.length - at), Arrays.copyOf(eight, width));
    }

    /** Replaces a run of digits by another number, or by what is none. */
    private byte[] withNumberText(byte[] bytes) {
        List<int[]> runs = new ArrayList<>();
        for (int from = 0; from < bytes.length; from++) {
            int to = from;
            while (to < bytes.length && bytes[to] >= '0' && bytes[to] <= '9') {
                to++;
            }
            if (to > from) {
                runs.add(new int[] {from, to});
                from = to;
            }
        }
        if (runs.isEmpty()) {
            return bytes;
        }
        int[] run = runs.get(random.nextInt(runs.size()));
        return replaced(bytes, run[0], run[1] - run[0], text(NUMBER_TEXTS));
    }

    private byte[] text(List<String> texts) {
        return texts.get(random.nextInt(texts.size())).getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] replaced(byte[] bytes, int at, int length, byte[] by) {
        return ByteBuffer.allocate(bytes.length - length + by.length)
                .put(bytes, 0, at)
                .put(by)
                .put(bytes, at + length, bytes.length - at - length)
                .array();
    }
}

package org.mmcr.analysis.embed;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FloatTextTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0.0",
        "-0.0, -0.0",
        "1, 1.0",
        "-0.5, -0.5",
        "0.26953125, 0.26953125",
        "0.1, 0.100000001",
        "0.01, 0.00999999978",
        "-123.456, -123.456001",
        "16777216, 16777216.0",
        "1e8, 1.0E8",
        "1e-4, 1.0E-4",
        "NaN, NaN",
        "-Infinity, -Infinity"
    })
    void write_isTheNumberWithAtMostNineDigits(float value, String expected) {
        assertThat(text(value)).isEqualTo(expected);
    }

    @Test
    void write_anyBits_readsBackAsTheSame() {
        Random random = new Random(5);
        for (int i = 0; i < 300_000; i++) {
            float value = Float.intBitsToFloat(random.nextInt());
            assertThat(Float.floatToIntBits(Float.parseFloat(text(value)))).isEqualTo(Float.floatToIntBits(value));
        }
    }

    @Test
    void write_everyBfloat16_readsBackAsTheSame() {
        for (int upper = 0; upper < 1 << 16; upper++) {
            float value = Float.intBitsToFloat(upper << 16);
            if (!Float.isNaN(value)) {
                assertThat(Float.floatToRawIntBits(Float.parseFloat(text(value))))
                        .isEqualTo(upper << 16);
            }
        }
    }

    @Test
    void write_aroundPowersOfTenAndTwo_readsBackAsTheSame() {
        for (float power :
                new float[] {1e-4f, 1e-3f, 0.01f, 0.1f, 1, 2, 8, 10, 64, 100, 1e3f, 1e4f, 1e5f, 1e6f, 1e7f, 1e8f}) {
            float value = power * (1 - 1e-5f);
            while (value < power * (1 + 1e-5f)) {
                assertThat(Float.parseFloat(text(value))).isEqualTo(value);
                assertThat(text(-value)).isEqualTo("-" + text(value));
                value = Math.nextUp(value);
            }
        }
    }

    private static String text(float value) {
        byte[] bytes = new byte[3 + FloatText.LONGEST];
        Arrays.fill(bytes, (byte) 'x');
        int end = FloatText.write(value, bytes, 3);
        return new String(bytes, 3, end - 3, StandardCharsets.ISO_8859_1);
    }
}

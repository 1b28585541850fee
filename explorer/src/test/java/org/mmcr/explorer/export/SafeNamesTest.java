package org.mmcr.explorer.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafeNamesTest {
    @ParameterizedTest
    @CsvSource(
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "cat,cat",
                "tabby cat,tabby cat",
                "Größe,Größe",
                "..,__",
                "../up,_._up",
                "a/b,a_b",
                "a\\b,a_b",
                "C:,C_",
                "what?,what_",
                "dot.,dot_",
                "end ,end_",
                " start,_start",
                ".hidden,_hidden",
                "=1+1,_1+1",
                "con,_con",
                "LPT1.old,_LPT1.old",
                "console,console",
                "__MACOSX,___MACOSX",
                "'',_"
            })
    void folder_ofALabel_canBeWrittenEverywhere(String label, String folder) {
        assertThat(new SafeNames().folder(label)).isEqualTo(folder);
    }

    @Test
    void file_whoseNameOccursAgain_hasANumberAlsoIfItsCaseDiffers() {
        SafeNames names = new SafeNames();
        assertThat(names.file("a", ".png")).isEqualTo("a.png");
        assertThat(names.file("a-2", ".png")).isEqualTo("a-2.png");
        assertThat(names.file("A", ".png")).isEqualTo("A-3.png");
        assertThat(names.file("a", ".PNG")).isEqualTo("a-4.PNG");
        assertThat(names.file("a", ".jpg")).isEqualTo("a.jpg");
        assertThat(names.file("e\u0301", ".jpg")).isEqualTo("e\u0301.jpg");
        assertThat(names.file("\u00e9", ".jpg")).isEqualTo("\u00e9-2.jpg");
    }

    @Test
    void file_ofALongName_isCutBetweenCharacters() {
        String name = new SafeNames().file("\ud83d\udc08".repeat(100), ".jpg");
        assertThat(name.getBytes(StandardCharsets.UTF_8)).hasSize(204);
        assertThat(name).isEqualTo("\ud83d\udc08".repeat(50) + ".jpg");
    }

    @Test
    void file_withControlCharactersAndHalfAPair_hasNone() {
        assertThat(new SafeNames().file("a\nb\ud83dc", ".jpg")).isEqualTo("a_b_c.jpg");
    }
}

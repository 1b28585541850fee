package org.mmcr.explorer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The colours of the pages' style sheet. */
class StyleSheetTest {
    private static final String STYLE = new String(WebAssets.read("web/style.css"), StandardCharsets.UTF_8);

    /** A variable that the dark colours lack would keep its light value there. */
    @Test
    void variables_ofTheLightColours_areThoseOfTheDarkOnes() {
        List<String> light = variables(":root");
        assertThat(light).contains("--ground", "--series-6").doesNotHaveDuplicates();
        assertThat(variables(":root[data-theme=\"dark\"]")).isEqualTo(light);
    }

    /** Names of the variables in the block of a selector, in order. */
    private static List<String> variables(String selector) {
        int from = STYLE.indexOf(selector + " {");
        String block = STYLE.substring(from, STYLE.indexOf('}', from));
        return Pattern.compile("(--[\\w-]+):")
                .matcher(block)
                .results()
                .map(found -> found.group(1))
                .toList();
    }
}

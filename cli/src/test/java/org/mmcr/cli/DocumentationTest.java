package org.mmcr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The pages of the documentation and the files beside them. */
class DocumentationTest {
    private static final Path ROOT = Path.of("..");

    /** Not a part of a longer name. */
    private static String word(String name) {
        return "(?<![\\w.-])" + Pattern.quote(name) + "(?![\\w.-])";
    }

    /** No figure is without the command that draws it; one that only a comment of the script names has none. */
    @Test
    void figures_haveATargetOfTheScript() throws IOException {
        String commands = Files.readAllLines(ROOT.resolve("docs/figures/make")).stream()
                .filter(line -> !line.stripLeading().startsWith("#"))
                .collect(Collectors.joining("\n"));
        for (String folder : List.of("docs", "docs/figures")) {
            try (Stream<Path> files = Files.list(ROOT.resolve(folder))) {
                List<String> figures = files.map(file -> String.valueOf(file.getFileName()))
                        .filter(name -> name.endsWith(".png") || name.endsWith(".svg"))
                        .toList();
                assertThat(figures)
                        .isNotEmpty()
                        .allSatisfy(name -> assertThat(commands).containsPattern(word(name)));
            }
        }
    }
}

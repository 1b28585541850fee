package org.mmcr.train.library;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The page shows what the tests beside this one run, letter by letter. */
class LibraryPageTest {
    private static final Path PAGE = Path.of("../docs/library.md");
    private static final Pattern BLOCK =
            Pattern.compile("<!-- (\\S+\\.java) \\[(\\S+)] -->\\n```java\\n(.*?)```", Pattern.DOTALL);

    @Test
    void page_everyProgram_isTheOneThatIsTested() throws IOException {
        String page = Files.readString(PAGE);
        Matcher block = BLOCK.matcher(page);
        List<String> seen = new ArrayList<>();
        while (block.find()) {
            seen.add(block.group(2));
            assertThat(block.group(3))
                    .as(block.group(1) + " [" + block.group(2) + "]")
                    .isEqualTo(marked(Path.of("..", block.group(1)), block.group(2)));
        }
        assertThat(seen)
                .contains(
                        "network", "loop", "source", "pretrain", "arrays", "rows", "manifolds", "capacity", "threads");
        assertThat(page.split("```java", -1)).as("every program names its test").hasSize(seen.size() + 1);
    }

    /** The lines between {@code // [name]} and {@code // [end]}, moved left together. */
    private static String marked(Path file, String name) throws IOException {
        List<String> lines = Files.readAllLines(file);
        int from = index(lines, "// [" + name + "]", 0);
        List<String> body = lines.subList(from + 1, index(lines, "// [end]", from));
        int margin = body.stream()
                .filter(line -> !line.isBlank())
                .mapToInt(line -> line.indexOf(line.strip()))
                .min()
                .orElse(0);
        return body.stream()
                .map(line -> line.isBlank() ? "\n" : line.substring(margin) + "\n")
                .collect(Collectors.joining());
    }

    private static int index(List<String> lines, String marker, int from) {
        for (int i = from; i < lines.size(); i++) {
            if (lines.get(i).strip().equals(marker)) {
                return i;
            }
        }
        throw new AssertionError("no line " + marker);
    }
}

package org.mmcr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Compares the list of licence texts in the release archive, {@code licences/README.txt}, with the files beside it. */
class LicenceTextsTest {
    private static final Path ASSEMBLY = Path.of("src", "main", "assembly");

    private static final Path FOLDER = ASSEMBLY.resolve("licences");

    @Test
    void readme_namesEachTextOfTheFolder() throws IOException {
        Set<String> expected = texts();
        assertThat(expected.remove("README.txt")).isTrue();
        expected.add("../LICENSE"); // in the archive; here it is at the root of the repository
        assertThat(Path.of("..", "LICENSE")).isNotEmptyFile();
        assertThat(named()).isEqualTo(expected);
    }

    @Test
    void readme_listsOfPartsAreThoseOfTheVersionsWeUse() throws IOException {
        assertThat(readme())
                .contains("PyTorch " + version("pytorch"), "pytorch/tree/v" + version("pytorch"))
                .contains("ONNX Runtime " + version("onnxruntime"), "onnxruntime/blob/v" + version("onnxruntime"));
    }

    @Test
    void archive_hasTheFolder() throws IOException {
        assertThat(Files.readString(ASSEMBLY.resolve("distribution.xml")))
                .contains("<directory>${project.basedir}/src/main/assembly/licences</directory>");
    }

    /** Returns the files that the last column of the tables names. */
    private static Set<String> named() throws IOException {
        Set<String> named = new TreeSet<>();
        for (String line : readme().lines().toList()) {
            String[] cells = line.split("\\|", -1);
            if (cells.length == 4 && !line.startsWith("what ")) {
                for (String name : cells[3].split(",", -1)) {
                    named.add(name.strip());
                }
            }
        }
        named.remove(""); // a list that continues in the next row
        return named;
    }

    private static Set<String> texts() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.map(file -> FOLDER.relativize(file).toString()).collect(Collectors.toCollection(TreeSet::new));
        }
    }

    /** Returns a library's version in the POM, without that of the presets: 2.10.0 of 2.10.0-1.5.13. */
    private static String version(String library) throws IOException {
        String pom = Files.readString(Path.of("..", "pom.xml"));
        Matcher property =
                Pattern.compile("<" + library + "\\.version>([^<-]+)").matcher(pom);
        assertThat(property.find()).as(library).isTrue();
        return property.group(1);
    }

    private static String readme() throws IOException {
        return Files.readString(FOLDER.resolve("README.txt"));
    }
}

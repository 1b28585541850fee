package org.mmcr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The launchers for Unix and Windows, compared by the commands that they write. */
class LaunchersTest {
    private static final Path ROOT = Path.of("..");

    /** What Windows has no need of: a folder for temporary files, the width of the terminal, and ranks of MPI. */
    private static final Set<String> UNIX_ONLY =
            Set.of("-Djava.io.tmpdir", "-Dmmcr.terminal.columns", "-Dmmcr.results=stdin");

    private static String script(String name) throws IOException {
        return Files.readString(ROOT.resolve(name));
    }

    private static Set<String> found(String text, String pattern) {
        Set<String> found = new TreeSet<>();
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        while (matcher.find()) {
            found.add(matcher.group());
        }
        return found;
    }

    @Test
    void optionsOfTheJvm_ofBoth_areTheSame() throws IOException {
        String option = "-(XX:[+\\w]+(=\\d)?|-[a-z-]+=[A-Za-z-]+|D[a-z][\\w.]+(=[a-z0-9]+)?|Xlog:[a-z]+)";
        Set<String> unix = found(script("mmcr"), option);
        assertThat(unix).hasSizeGreaterThan(9);
        assertThat(unix).containsAll(UNIX_ONLY);
        unix.removeAll(UNIX_ONLY);
        assertThat(found(script("mmcr.cmd"), option)).isEqualTo(unix);
    }

    @Test
    void build_ofBoth_takesTheModulesOfTheProjectInTheirOrder() throws IOException {
        String pom = script("pom.xml");
        List<String> needed = pom.substring(pom.indexOf("<module>"), pom.indexOf("</modules>"))
                .lines()
                .map(line -> line.replaceAll("</?module>", "").strip())
                .filter(module -> !module.isEmpty()
                        && !List.of("spark", "bench", "examples").contains(module))
                .toList();
        assertThat(script("mmcr")).contains("modules='" + String.join(" ", needed) + "'");
        assertThat(script("mmcr.cmd")).contains("\"MODULES=" + String.join(" ", needed) + "\"");
        List<String> options = Arrays.asList(
                "-DskipTests", "-DskipErrorProne", "-Dnatives=cuda", "process-classes", "org.mmcr.cli.Main");
        assertThat(script("mmcr")).contains(options);
        assertThat(script("mmcr.cmd")).contains(options);
    }

    @Test
    void build_verifiesMavenAndItsArtifacts() throws IOException {
        assertThat(script(".mvn/wrapper/maven-wrapper.properties"))
                .containsPattern("(?m)^distributionSha256Sum=[0-9a-f]{64}$");
        assertThat(script(".mvn/maven.config").lines()).contains("--strict-checksums");
    }

    /** Earlier versions of logback have known vulnerabilities. */
    @Test
    void logback_isNotOlderThanItsLastFix() throws IOException {
        Matcher version = Pattern.compile("<logback\\.version>(.+)</logback").matcher(script("pom.xml"));
        assertThat(version.find()).isTrue();
        assertThat(ModuleDescriptor.Version.parse(version.group(1)).compareTo(ModuleDescriptor.Version.parse("1.5.38")))
                .isNotNegative();
    }

    @Test
    void environment_ofBoth_hasTheSameVariablesOfMmcr() throws IOException {
        assertThat(found(script("mmcr.cmd"), "MMCR_[A-Z_]+")).isEqualTo(found(script("mmcr"), "MMCR_[A-Z_]+"));
    }
}

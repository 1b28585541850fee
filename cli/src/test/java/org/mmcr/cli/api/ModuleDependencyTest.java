package org.mmcr.cli.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * The libraries that a consumer of one module gets, from the POMs: what it declares and what the modules below it
 * declare.
 */
class ModuleDependencyTest {
    private static final String OURS = "mmcr-";

    /** Largest fraction of the main lines that one module may hold. */
    private static final double LARGEST = 0.25;

    @Test
    void core_forCapacityOnArrays_needsOpenBlasAlone() throws Exception {
        assertThat(closure("core")).containsExactly("javacpp", "openblas");
    }

    @Test
    void objective_forATrainingLoopOfOnesOwn_needsLibtorchAndNothingAboveIt() throws Exception {
        assertThat(closure("objective")).containsExactly("javacpp", "mmcr-core", "openblas", "pytorch");
    }

    @Test
    void analysis_forFeaturesOfAnyModel_needsNoServerAndNoPage() throws Exception {
        assertThat(closure("analysis"))
                .doesNotContain("javalin", "three", "uplot", "tensorflow-core-native", "mmcr-report", "mmcr-explorer");
    }

    @Test
    void spark_usesAnalysisAlone() throws Exception {
        assertThat(declared("spark").stream().filter(name -> name.startsWith(OURS)))
                .containsExactly("mmcr-analysis");
    }

    @Test
    void modules_doNotDependOnThemselves() throws Exception {
        for (String module : modules()) {
            assertThat(closure(module)).as(module).doesNotContain(OURS + module);
        }
    }

    @Test
    void modules_holdAtMostAQuarterOfTheMainLines() throws Exception {
        List<String> modules = modules();
        long[] lines = new long[modules.size()];
        for (int i = 0; i < lines.length; i++) {
            lines[i] = lines(Path.of("..", modules.get(i), "src/main/java"));
        }
        long all = IntStream.range(0, lines.length).mapToLong(i -> lines[i]).sum();
        for (int i = 0; i < lines.length; i++) {
            assertThat((double) lines[i] / all).as(modules.get(i)).isLessThan(LARGEST);
        }
    }

    private static long lines(Path sources) throws IOException {
        long lines = 0;
        try (Stream<Path> files = Files.walk(sources)) {
            for (Path file :
                    files.filter(one -> one.toString().endsWith(".java")).toList()) {
                lines += Files.readAllLines(file).size();
            }
        }
        return lines;
    }

    private static List<String> modules() throws Exception {
        NodeList modules = pom(Path.of("../pom.xml")).getElementsByTagName("module");
        return IntStream.range(0, modules.getLength())
                .mapToObj(i -> modules.item(i).getTextContent())
                .toList();
    }

    /** Names of the artifacts that a module needs at run time. Annotations, which every module has, are left out. */
    private static Set<String> closure(String module) throws Exception {
        Set<String> found = new TreeSet<>();
        for (String name : declared(module)) {
            if (found.add(name) && name.startsWith(OURS)) {
                found.addAll(closure(name.substring(OURS.length())));
            }
        }
        return found;
    }

    private static Set<String> declared(String module) throws Exception {
        Set<String> names = new TreeSet<>();
        Element project = pom(Path.of("..", module, "pom.xml"));
        for (Element dependencies : children(project, "dependencies")) {
            for (Element dependency : children(dependencies, "dependency")) {
                List<Element> scope = children(dependency, "scope");
                if (scope.isEmpty()
                        || !Set.of("test", "provided").contains(scope.get(0).getTextContent())) {
                    names.add(children(dependency, "artifactId").get(0).getTextContent());
                }
            }
        }
        return names;
    }

    private static List<Element> children(Element parent, String name) {
        NodeList all = parent.getChildNodes();
        return IntStream.range(0, all.getLength())
                .mapToObj(all::item)
                .filter(node -> node.getNodeType() == Node.ELEMENT_NODE
                        && node.getNodeName().equals(name))
                .map(Element.class::cast)
                .toList();
    }

    private static Element pom(Path file) throws IOException, SAXException, ParserConfigurationException {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(file.toFile())
                .getDocumentElement();
    }
}

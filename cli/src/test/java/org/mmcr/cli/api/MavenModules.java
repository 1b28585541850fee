package org.mmcr.cli.api;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** The modules of the project and the artifacts that they need, read from the POMs. */
final class MavenModules {
    static final String OURS = "mmcr-";

    private MavenModules() {}

    /** Folders of the modules. */
    static List<String> names() throws Exception {
        NodeList modules = root().getElementsByTagName("module");
        return IntStream.range(0, modules.getLength())
                .mapToObj(i -> modules.item(i).getTextContent())
                .toList();
    }

    /** Names of the artifacts that a module needs at run time. Annotations, which every module has, are left out. */
    static Set<String> closure(String module) throws Exception {
        Set<String> found = new TreeSet<>();
        for (String name : declared(module)) {
            if (found.add(name) && name.startsWith(OURS)) {
                found.addAll(closure(name.substring(OURS.length())));
            }
        }
        return found;
    }

    /** Names of the artifacts that the POM of a module declares for run time. */
    static Set<String> declared(String module) throws Exception {
        try (InputStream in = Files.newInputStream(Path.of("..", module, "pom.xml"))) {
            return declared(pom(in));
        }
    }

    /** Names of the artifacts that the POM in a library's jar declares for run time; none if the jar holds no POM. */
    static Set<String> declaredInJar(Path jar) throws Exception {
        try (ZipFile file = new ZipFile(jar.toFile())) {
            ZipEntry pom = file.stream()
                    .filter(entry -> entry.getName().matches("META-INF/maven/[^/]+/[^/]+/pom.xml"))
                    .findFirst()
                    .orElse(null);
            return pom == null ? Set.of() : declared(pom(file.getInputStream(pom)));
        }
    }

    private static Set<String> declared(Element project) {
        Set<String> names = new TreeSet<>();
        for (Element dependencies : children(project, "dependencies")) {
            for (Element dependency : children(dependencies, "dependency")) {
                List<Element> scope = children(dependency, "scope");
                boolean atRunTime = scope.isEmpty()
                        || !Set.of("test", "provided").contains(scope.get(0).getTextContent());
                if (atRunTime && children(dependency, "optional").isEmpty()) {
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

    private static Element root() throws Exception {
        try (InputStream in = Files.newInputStream(Path.of("../pom.xml"))) {
            return pom(in);
        }
    }

    private static Element pom(InputStream in) throws IOException, SAXException, ParserConfigurationException {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(in)
                .getDocumentElement();
    }
}

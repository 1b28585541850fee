package org.mmcr.cli.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.DocTree;
import com.sun.source.doctree.ParamTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.ThrowTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/** Checks that every stable type and each of its public members has Javadoc. */
class JavadocTest {
    private static final String STABLE = "@API(status = API.Status.STABLE)";
    private static final Pattern NUMBERS = Pattern.compile("(Optional<|List<)*(Tensor|Matrix|\\w+(\\[])+)>*");
    /** (N, D) and the like, or a word for how many there are. */
    private static final Pattern SHAPE = Pattern.compile(
            "\\([^()]*,[^()]*\\)|\\bscalar\\b|\\b(each|every|all|row by row)\\b|\\b[A-Z] (values|entries|numbers)\\b"
                    + "|\\bany (shape|size)\\b|\\bfile's content\\b|\\bcolumn\\b");

    @Test
    void stableTypes_andTheirPublicMembers_areDocumented() throws IOException {
        assertThat(problems(stableSources())).isEmpty();
    }

    @Test
    void problems_ofUndocumentedTypes_nameEachOfThem() throws IOException {
        String source = """
                /** Said. */
                public class Poor {
                    public int field;
                    /** Said. */
                    public Poor() {}
                    public void silent() {}
                    /** Says nothing of shapes. */
                    public void numbers(Tensor x) {}
                    /** Says nothing of errors. */
                    public void failing() { throw new IllegalStateException(); }
                    /** Said. @param one of (N, D) */
                    public record Pair(Tensor one, int two) { public Pair { if (two < 0) throw new IllegalStateException(); } }
                    public enum Kind { ONE, TWO("a sentence") }
                    interface Hidden { void silent(); }
                    @Override public String toString() { return ""; }
                }
                """;
        assertThat(problems(List.of(inMemory("Poor", source))))
                .containsExactly(
                        "Poor.field: no comment",
                        "Poor.silent: no comment",
                        "Poor.numbers: takes Tensor and does not say its shape",
                        "Poor.failing: throws and has no @throws",
                        "Poor.Pair: no @param one",
                        "Poor.Pair: no @param two",
                        "Poor.Kind: no comment",
                        "Poor.Kind.ONE: no comment");
    }

    private static List<SimpleJavaFileObject> stableSources() throws IOException {
        List<SimpleJavaFileObject> sources = new ArrayList<>();
        for (String module :
                List.of("core", "objective", "data", "train", "analysis", "simulations", "report", "explorer")) {
            try (Stream<Path> files = Files.walk(Path.of("..", module, "src/main/java"))) {
                for (Path file : files.filter(one -> one.toString().endsWith(".java"))
                        .sorted()
                        .toList()) {
                    String text = Files.readString(file);
                    if (text.contains(STABLE)) {
                        sources.add(inMemory(file.getFileName().toString().replace(".java", ""), text));
                    }
                }
            }
        }
        assertThat(sources).hasSizeGreaterThan(60);
        return sources;
    }

    private static SimpleJavaFileObject inMemory(String name, String text) {
        return new SimpleJavaFileObject(Path.of(name + ".java").toUri(), SimpleJavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return text;
            }
        };
    }

    /** Sources are parsed only: nothing need be resolved. */
    private static List<String> problems(List<SimpleJavaFileObject> sources) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task = (JavacTask) compiler.getTask(null, files, null, List.of("-proc:none"), null, sources);
            DocTrees docs = DocTrees.instance(task);
            List<String> problems = new ArrayList<>();
            for (CompilationUnitTree unit : task.parse()) {
                new PublicMembers(docs, problems).scan(new TreePath(unit), "");
            }
            return problems;
        }
    }

    /** Visits public types and the public members of these; passes down the name of the type around. */
    private static final class PublicMembers extends TreePathScanner<Void, String> {
        private final DocTrees docs;
        private final List<String> problems;

        PublicMembers(DocTrees docs, List<String> problems) {
            this.docs = docs;
            this.problems = problems;
        }

        @Override
        public Void visitClass(ClassTree type, String outer) {
            if (isPublic(type.getModifiers())) {
                String name = outer + type.getSimpleName();
                requireComment(name);
                if (type.getKind() == Tree.Kind.RECORD) {
                    requireComponents(type, name);
                }
                type.getMembers().forEach(member -> scan(member, name + "."));
            }
            return null;
        }

        /** Members of an interface are public without saying so. */
        private boolean isPublic(ModifiersTree modifiers) {
            boolean inInterface = getCurrentPath().getParentPath().getLeaf().getKind() == Tree.Kind.INTERFACE;
            return modifiers.getFlags().contains(Modifier.PUBLIC)
                    || (inInterface && !modifiers.getFlags().contains(Modifier.PRIVATE));
        }

        private Optional<DocCommentTree> comment() {
            return Optional.ofNullable(docs.getDocCommentTree(getCurrentPath()));
        }

        private void requireComment(String name) {
            if (comment().isEmpty()) {
                problems.add(name + ": no comment");
            }
        }

        private void requireComponents(ClassTree type, String name) {
            List<ParamTree> described = comment().stream()
                    .flatMap(comment -> comment.getBlockTags().stream())
                    .filter(ParamTree.class::isInstance)
                    .map(ParamTree.class::cast)
                    .toList();
            for (VariableTree component : components(type)) {
                String said = described.stream()
                        .filter(tag -> tag.getName().getName().contentEquals(component.getName()))
                        .map(tag -> tag.getDescription().toString())
                        .findFirst()
                        .orElse("");
                if (said.isEmpty() && !describesItself(component)) {
                    problems.add(name + ": no @param " + component.getName());
                }
            }
        }

        /** Keys of the configuration are described by an annotation, which is also their help. */
        private static boolean describesItself(VariableTree component) {
            return component.getModifiers().getAnnotations().stream()
                    .anyMatch(mark -> mark.getAnnotationType().toString().equals("JsonPropertyDescription"));
        }

        private static List<VariableTree> components(ClassTree type) {
            return type.getMembers().stream()
                    .filter(VariableTree.class::isInstance)
                    .map(VariableTree.class::cast)
                    .filter(field -> !field.getModifiers().getFlags().contains(Modifier.STATIC))
                    .toList();
        }

        @Override
        public Void visitVariable(VariableTree field, String outer) {
            if (isPublic(field.getModifiers()) && !saysItself(field)) {
                requireComment(outer + field.getName());
            }
            return null;
        }

        /** A constant that is made with a sentence needs no second one. */
        private static boolean saysItself(VariableTree field) {
            return field.getInitializer() instanceof NewClassTree made
                    && made.getArguments().stream()
                            .anyMatch(argument -> argument.toString().contains("\""));
        }

        @Override
        public Void visitMethod(MethodTree method, String outer) {
            boolean inherits = method.getModifiers().getAnnotations().stream()
                    .anyMatch(mark -> mark.getAnnotationType().toString().equals("Override"));
            if (!isPublic(method.getModifiers()) || inherits || isCanonical(method)) {
                return null;
            }
            String name = outer + (method.getReturnType() == null ? "new" : method.getName());
            requireComment(name);
            comment().ifPresent(comment -> {
                requireShapes(method, name, comment.toString());
                requireErrors(method, name, comment);
            });
            return null;
        }

        /** A record's own constructor, written out to check its components: the record's comment describes these. */
        private boolean isCanonical(MethodTree method) {
            return method.getReturnType() == null
                    && getCurrentPath().getParentPath().getLeaf() instanceof ClassTree type
                    && type.getKind() == Tree.Kind.RECORD
                    && names(method.getParameters()).equals(names(components(type)));
        }

        private static List<String> names(List<? extends VariableTree> variables) {
            return variables.stream()
                    .map(variable -> variable.getName().toString())
                    .toList();
        }

        private void requireShapes(MethodTree method, String name, String comment) {
            Stream.concat(
                            Stream.ofNullable(method.getReturnType()),
                            method.getParameters().stream().map(VariableTree::getType))
                    .map(Tree::toString)
                    .filter(type -> NUMBERS.matcher(type).matches())
                    .findFirst()
                    .filter(type -> !SHAPE.matcher(comment + typeComment()).find())
                    .ifPresent(type -> problems.add(name + ": takes " + type + " and does not say its shape"));
        }

        private String typeComment() {
            DocCommentTree comment = docs.getDocCommentTree(getCurrentPath().getParentPath());
            return comment == null ? "" : comment.toString();
        }

        private void requireErrors(MethodTree method, String name, DocCommentTree comment) {
            boolean said = comment.getBlockTags().stream().anyMatch(tag -> tag.getKind() == DocTree.Kind.THROWS);
            if (!said && throwsItself(method)) {
                problems.add(name + ": throws and has no @throws");
            }
        }

        private static boolean throwsItself(MethodTree method) {
            boolean[] thrown = {false};
            new TreeScanner<Void, Void>() {
                @Override
                public Void visitThrow(ThrowTree one, Void nothing) {
                    thrown[0] = true;
                    return null;
                }

                @Override
                public Void visitLambdaExpression(LambdaExpressionTree later, Void nothing) {
                    return null;
                }
            }.scan(method.getBody(), null);
            return thrown[0];
        }
    }
}

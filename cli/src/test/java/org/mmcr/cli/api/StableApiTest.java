package org.mmcr.cli.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.junit.jupiter.api.Test;
import org.mmcr.analysis.capacity.CapacityReport;
import org.mmcr.core.MmcrException;
import org.mmcr.data.DataSource;
import org.mmcr.explorer.Explorer;
import org.mmcr.objective.MmcrLoss;
import org.mmcr.report.page.ReportPage;
import org.mmcr.simulations.figure1.Figure1;
import org.mmcr.train.run.Trainer;

/** Checks that stable types refer only to stable types and are those of the docs page. */
class StableApiTest {
    private static final Pattern NAME = Pattern.compile("`([A-Z]\\w+)`");

    @Test
    void packages_areMarkedAsInternal() throws IOException {
        Set<String> unmarked = new TreeSet<>();
        for (String module :
                List.of("core", "objective", "data", "train", "analysis", "simulations", "report", "explorer")) {
            try (Stream<Path> files = Files.walk(Path.of("..", module, "src/main/java"))) {
                for (Path file :
                        files.filter(one -> one.endsWith("package-info.java")).toList()) {
                    if (!Files.readString(file).contains("@API(status = API.Status.INTERNAL)")) {
                        unmarked.add(file.toString());
                    }
                }
            }
        }
        assertThat(unmarked).isEmpty();
    }

    @Test
    void stableTypes_nameOnlyStableTypes() throws Exception {
        List<String> leaks = new ArrayList<>();
        for (Class<?> type : types()) {
            if (isStable(type)) {
                for (Class<?> named : named(type)) {
                    if (named.getName().startsWith("org.mmcr.") && !isStable(named)) {
                        leaks.add(type.getName() + " names " + named.getName());
                    }
                }
            }
        }
        assertThat(leaks).isEmpty();
    }

    @Test
    void libraryPage_namesTypesThatAreMarkedStable() throws Exception {
        String page = Files.readString(Path.of("../docs/library.md"));
        String section = page.substring(page.indexOf("## What is stable"));
        Set<String> promised =
                NAME.matcher(section).results().map(match -> match.group(1)).collect(Collectors.toSet());
        Set<String> stable = types().stream()
                .filter(StableApiTest::isStable)
                .map(Class::getSimpleName)
                .collect(Collectors.toSet());
        assertThat(promised).hasSizeGreaterThan(20);
        assertThat(stable).containsAll(promised);
    }

    /** A nested type is as stable as the one around it. */
    private static boolean isStable(Class<?> type) {
        API mark = outermost(type).getAnnotation(API.class);
        return mark != null && mark.status() == Status.STABLE;
    }

    private static Class<?> outermost(Class<?> type) {
        return type.getDeclaringClass() == null ? type : outermost(type.getDeclaringClass());
    }

    /** Types in the signatures that a user sees, but for methods that are marked as internal. */
    private static Set<Class<?>> named(Class<?> type) {
        List<Type> signatures = new ArrayList<>();
        for (Method method : type.getDeclaredMethods()) {
            API mark = method.getAnnotation(API.class);
            boolean internal = mark != null && mark.status() == Status.INTERNAL;
            if (Modifier.isPublic(method.getModifiers()) && !method.isSynthetic() && !internal) {
                signatures.add(method.getGenericReturnType());
                signatures.addAll(List.of(method.getGenericParameterTypes()));
                signatures.addAll(List.of(method.getGenericExceptionTypes()));
            }
        }
        for (Constructor<?> constructor : type.getDeclaredConstructors()) {
            if (Modifier.isPublic(constructor.getModifiers())) {
                signatures.addAll(List.of(constructor.getGenericParameterTypes()));
            }
        }
        signatures.addAll(Arrays.asList(type.getGenericInterfaces()));
        Set<Class<?>> found = new TreeSet<>((a, b) -> a.getName().compareTo(b.getName()));
        signatures.forEach(signature -> collect(signature, found));
        return found;
    }

    private static void collect(Type type, Set<Class<?>> found) {
        if (type instanceof Class<?> plain) {
            found.add(plain.isArray() ? plain.getComponentType() : plain);
        } else if (type instanceof ParameterizedType generic) {
            collect(generic.getRawType(), found);
            Arrays.stream(generic.getActualTypeArguments()).forEach(argument -> collect(argument, found));
        } else if (type instanceof GenericArrayType array) {
            collect(array.getGenericComponentType(), found);
        } else if (type instanceof WildcardType any) {
            Arrays.stream(any.getUpperBounds()).forEach(bound -> collect(bound, found));
        }
    }

    /** Public types of every module that the command line uses. */
    private static List<Class<?>> types() throws IOException, URISyntaxException, ClassNotFoundException {
        List<Class<?>> types = new ArrayList<>();
        for (Class<?> one : List.of(
                MmcrException.class,
                MmcrLoss.class,
                DataSource.class,
                Trainer.class,
                CapacityReport.class,
                Figure1.class,
                ReportPage.class,
                Explorer.class)) {
            Path place = Path.of(
                    one.getProtectionDomain().getCodeSource().getLocation().toURI());
            if (Files.isDirectory(place)) {
                add(place, types);
            } else {
                try (FileSystem jar = FileSystems.newFileSystem(place)) {
                    add(jar.getPath("/"), types);
                }
            }
        }
        return types;
    }

    private static void add(Path root, List<Class<?>> types) throws IOException, ClassNotFoundException {
        List<String> names;
        try (Stream<Path> files = Files.walk(root)) {
            names = files.map(file -> root.relativize(file).toString())
                    .filter(name -> name.endsWith(".class") && !name.endsWith("-info.class"))
                    .map(name -> name.substring(0, name.length() - 6).replaceAll("[/\\\\]", "."))
                    .toList();
        }
        for (String name : names) {
            Class<?> type = Class.forName(name, false, StableApiTest.class.getClassLoader());
            if (isPublic(type)) {
                types.add(type);
            }
        }
    }

    private static boolean isPublic(Class<?> type) {
        return Modifier.isPublic(type.getModifiers())
                && !type.isAnonymousClass()
                && (type.getDeclaringClass() == null || isPublic(type.getDeclaringClass()));
    }
}

package org.mmcr.explorer.export;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.mmcr.explorer.WebAssets;

/**
 * Joins our modules into one script without imports. Each module becomes a function that is called once and returns its
 * exports, so that modules may use the same names. The modules' imports and exports have the forms below and no others.
 */
final class ModuleBundle {
    private static final Pattern IMPORT =
            Pattern.compile("(?m)^import \\{ ([\\w, ]+) \\} from \"\\./([\\w-]+\\.js)\";$");
    private static final Pattern EXPORT = Pattern.compile("(?m)^export (?=(?:async )?(?:const|function|class) (\\w+))");
    private static final Pattern OTHER = Pattern.compile("(?m)^(?:import|export)\\b.*$");

    /** The functions of the modules in the order in which they run. */
    private final Map<String, String> functions = new LinkedHashMap<>();
    /** The modules that import the one that is being added. */
    private final Set<String> importing = new HashSet<>();

    private ModuleBundle() {}

    /** Returns the script of a module and of all that it imports. */
    static String of(String name) {
        ModuleBundle bundle = new ModuleBundle();
        bundle.add(name);
        return bundle.functions.entrySet().stream()
                .map(module -> "modules[\"" + module.getKey() + "\"] = (() => {\n" + module.getValue() + "})();\n")
                .collect(Collectors.joining("", "\"use strict\";\n(() => {\nconst modules = {};\n", "})();\n"));
    }

    private void add(String name) {
        if (functions.containsKey(name)) {
            return;
        }
        if (!importing.add(name)) {
            throw new IllegalStateException("the module " + name + " imports itself through others");
        }
        String text = new String(WebAssets.read("web/" + name), StandardCharsets.UTF_8);
        IMPORT.matcher(text).results().map(found -> found.group(2)).forEach(this::add);
        functions.put(name, function(name, text));
    }

    private static String function(String name, String text) {
        List<String> exports =
                EXPORT.matcher(text).results().map(found -> found.group(1)).toList();
        String body = IMPORT.matcher(text).replaceAll(ModuleBundle::constants);
        body = EXPORT.matcher(body).replaceAll("");
        Matcher other = OTHER.matcher(body);
        if (other.find()) {
            throw new IllegalStateException(
                    "the module " + name + " has an import or export of another form: " + other.group());
        }
        return body + "return { " + String.join(", ", exports) + " };\n";
    }

    private static String constants(MatchResult found) {
        return "const { " + found.group(1) + " } = modules[\"" + found.group(2) + "\"];";
    }
}

package org.mmcr.cli;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mmcr completion}: the script that completes command lines in bash and zsh. */
@Command(
        name = "completion",
        aliases = "generate-completion",
        usageHelpAutoWidth = true,
        description = "Prints a script that completes commands, options and their values in bash and zsh.",
        footer = {"", "For this shell:  source <(mmcr completion)"})
final class CompletionCommand implements Runnable {
    /** The candidates of an option, whose name picocli repeats in the comment. */
    private static final Pattern VALUES = Pattern.compile("local \\w+_option_args=(\\(.*\\)) # --([\\w-]+) values");

    /** The branch for an option. */
    private static final Pattern BRANCH =
            Pattern.compile("'--([\\w-]+)'\\)((?:(?!;;).)*?)\\$\\{\\w+_option_args\\[@]}", Pattern.DOTALL);

    private static final Pattern CONSTANT = Pattern.compile("\"[A-Z0-9_]+\"");

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help message and exit.")
    boolean help;

    @Override
    public void run() {
        spec.commandLine()
                .getOut()
                .print(script(AutoComplete.bash("mmcr", spec.root().commandLine())));
        spec.commandLine().getOut().flush();
    }

    /**
     * Corrects picocli's script. It keeps the values of an option in a variable named after the option's label, so that
     * of two options with one label the first completed the values of the second; constants of enumerations are
     * offered in capitals; and where it knows no values it forbids the shell's own completion of files.
     */
    private static String script(String made) {
        String named = VALUES.matcher(made)
                .replaceAll(found -> Matcher.quoteReplacement("local " + variable(found.group(2)) + "="
                        + CONSTANT.matcher(found.group(1))
                                .replaceAll(one -> one.group().toLowerCase(Locale.ROOT))
                        + " # --" + found.group(2) + " values"));
        return BRANCH.matcher(named)
                .replaceAll(found -> Matcher.quoteReplacement(
                        "'--" + found.group(1) + "')" + found.group(2) + "${" + variable(found.group(1)) + "[@]}"))
                .replace("  type compopt &>/dev/null && compopt +o default\n", "");
    }

    private static String variable(String option) {
        return option.replace('-', '_') + "_option_args";
    }
}

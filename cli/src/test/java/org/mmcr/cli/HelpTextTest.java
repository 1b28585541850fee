package org.mmcr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

class HelpTextTest {
    /** Columns before the second line of an option's description. */
    private static final int OPTIONS = 31;

    /** Every word of the texts, x.npz#name among them, stands whole in the help, and lines are filled. */
    @ParameterizedTest
    @ValueSource(ints = {60, 80, 120})
    void help_ofEachCommand_breaksNoWordAndFillsItsLines(int width) {
        for (CommandLine line : commands()) {
            CommandSpec spec = line.getCommandSpec();
            spec.usageMessage().autoWidth(false).width(width);
            Set<String> expected = words(spec, width);
            String[] footer = spec.usageMessage().footer();
            String help = line.getUsageMessage();
            List<String> shown = Arrays.asList(help.split("\\s+", -1));
            assertThat(shown).as(spec.name() + ": its words at width " + width).containsAll(expected);
            assertThat(help.lines())
                    .as(spec.name())
                    .allSatisfy(text -> assertThat(text.length()).as(text).isLessThanOrEqualTo(width));
            assertThat(help).as(spec.name()).doesNotContain("%%", "%n").isEqualTo(line.getUsageMessage());
            assertThat(help).as("shapes on one line").doesNotContainPattern("\\([A-Z0-9*]+,( [A-Z0-9*]+,)*\\R");
            if (footer.length > 0) {
                assertFilled(help.substring(help.indexOf("-V, --version")), width);
            }
        }
    }

    /** The synopsis says what a call needs, and the options of an encoder's file stand behind those of the command. */
    @ParameterizedTest
    @ValueSource(ints = {80})
    void help_ofACommand_beginsWithWhatMatters(int width) {
        for (CommandLine line : commands()) {
            line.getCommandSpec().usageMessage().autoWidth(false).width(width);
            String help = line.getUsageMessage();
            assertThat(help.lines().findFirst().orElseThrow()).doesNotContain("--json", "-hvV");
            assertThat(help).contains("[OPTIONS]");
            if (help.contains("\n      --arch=") && help.contains("\n      --out=")) {
                assertThat(help.indexOf("\n      --out=")).isLessThan(help.indexOf("\n      --arch="));
            }
            if (help.contains("\n      --train=") && help.contains("\n      --out=")) {
                assertThat(help.indexOf("\n      --train=")).isLessThan(help.indexOf("\n      --out="));
            }
        }
    }

    /** Names stand in a narrow column, so that a summary has most of the line, and no summary is cut. */
    @Test
    void help_ofMmcr_showsEverySummaryWholeBesideItsName() {
        String help = CliRun.mmcr("--help").out();
        String words = String.join(" ", help.split("\\s+", -1));
        for (CommandLine line : commands()) {
            String summary = line.getCommandSpec().usageMessage().description()[0];
            if (help.contains("\n  " + line.getCommandName() + " ")) {
                assertThat(words).contains(" " + line.getCommandName() + " " + summary);
                assertThat(help.lines())
                        .anySatisfy(shown -> assertThat(shown)
                                .matches("  " + line.getCommandName() + " {2,}\\S.*")
                                .satisfies(text ->
                                        assertThat(text.substring(0, 20)).matches(" {2}\\S+ {2,}\\S.*")));
            }
        }
    }

    private static List<CommandLine> commands() {
        CommandContext context = new CommandContext(
                new Terminal(
                        new PrintWriter(new StringWriter()), new PrintWriter(new StringWriter()), OptionalInt.empty()),
                new Interrupts());
        List<CommandLine> all = new ArrayList<>();
        Subcommand.all(context).forEach(command -> all.add(new CommandLine(command)));
        all.addAll(SimulateCommand.group(context).getSubcommands().values());
        all.addAll(StudyCommand.group(context).getSubcommands().values());
        all.forEach(line -> line.setHelpFactory(HelpText::of));
        return all;
    }

    /** The words of descriptions and footers as picocli shows them, of options at most as long as their column. */
    private static Set<String> words(CommandSpec spec, int width) {
        Stream<String> options = Stream.concat(spec.options().stream(), spec.positionalParameters().stream())
                .map(ArgSpec.class::cast)
                .flatMap(one -> Stream.of(one.description()));
        Stream<String> texts = Stream.concat(
                Stream.of(spec.usageMessage().description()),
                Stream.of(spec.usageMessage().footer()));
        return Stream.concat(options, texts)
                .flatMap(text -> Stream.of(text.split("\\s+", -1)))
                .filter(word -> !word.isEmpty()
                        && word.length() <= width - OPTIONS
                        && !word.contains("%")
                        && !word.contains("$"))
                .collect(Collectors.toSet());
    }

    /** A line that ends before the width, although the next word would fit, ends a sentence or a call. */
    private static void assertFilled(String footer, int width) {
        List<String> lines = footer.lines().toList();
        for (int i = 1; i + 1 < lines.size(); i++) {
            String line = lines.get(i);
            String next = lines.get(i + 1).strip();
            int first = next.isEmpty() ? width : next.split("\\s(?![^(]*\\))", 2)[0].length();
            boolean fits = line.length() + 1 + first < width - 1;
            if (fits && !line.isBlank() && !line.contains(":  ")) {
                assertThat(line).as("line before '%s'", next).matches(".*[.:!?]");
            }
        }
    }
}

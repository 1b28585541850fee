package org.mmcr.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi.Text;
import picocli.CommandLine.Help.ColorScheme;
import picocli.CommandLine.Help.IOptionRenderer;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * The help of a command: paragraphs that fill the width of the terminal, no line break inside of a word such as {@code
 * x.npz#name} or a shape such as (N, K, D), and a synopsis of what a call needs.
 *
 * <p>Picocli breaks lines where Java's BreakIterator allows it, also after a point or a comma inside of a word. Such
 * characters are replaced by letters while the help is laid out, and put back afterwards.
 */
final class HelpText extends Help {
    /** First of the letters that stand for the characters from the space on. None of them occurs in a help text. */
    private static final char STAND_INS = '\u0180';

    private static final char FIRST = ' ';
    private static final char LAST = '~';

    /** A word that picocli has yet to replace in part, by a default or a percent sign. */
    private static final Pattern UNFINISHED = Pattern.compile("[%$@]");

    /** A word without blanks, or the shape of an array, (N, K, D), with what follows it. */
    private static final Pattern WORD = Pattern.compile("\\([A-Z0-9*]+(?:, [A-Z0-9*]+)+\\)\\S*|\\S+");

    private static final Pattern END_OF_LINE = Pattern.compile("(?s).*[.:!?]|\\s*");

    private HelpText(CommandSpec spec, ColorScheme scheme) {
        super(spec, scheme);
    }

    /** Creates the help of a command; may be called several times for one command. */
    static Help of(CommandSpec spec, ColorScheme scheme) {
        spec.usageMessage()
                .description(paragraphs(spec.usageMessage().description()))
                .footer(paragraphs(spec.usageMessage().footer()));
        if (spec.subcommands().isEmpty()) {
            spec.usageMessage().customSynopsis(synopsis(spec).toArray(String[]::new));
        }
        Map<String, IHelpSectionRenderer> sections = spec.usageMessage().sectionMap();
        if (sections.values().stream().noneMatch(Restoring.class::isInstance)) {
            sections.replaceAll((key, renderer) -> new Restoring(renderer));
        }
        return new HelpText(spec, scheme);
    }

    /** Puts the characters of words back after a section was laid out. */
    private record Restoring(IHelpSectionRenderer renderer) implements IHelpSectionRenderer {
        @Override
        public String render(Help help) {
            return restored(renderer.render(help));
        }
    }

    @Override
    public IOptionRenderer createDefaultOptionRenderer() {
        IOptionRenderer usual = super.createDefaultOptionRenderer();
        return (option, labels, scheme) -> {
            List<Text[]> rows = new ArrayList<>();
            for (Text[] row : usual.render(option, labels, scheme)) {
                int last = row.length - 1;
                String text = kept(row[last].plainString());
                if (!rows.isEmpty() && !ends(rows.get(rows.size() - 1)[last].plainString())) {
                    Text[] before = rows.get(rows.size() - 1);
                    before[last] = scheme.text(before[last].plainString() + " " + text);
                } else {
                    Text[] shown = row.clone();
                    shown[last] = scheme.text(text);
                    rows.add(shown);
                }
            }
            return rows.toArray(Text[][]::new);
        };
    }

    @Override
    public IParameterRenderer createDefaultParameterRenderer() {
        IParameterRenderer usual = super.createDefaultParameterRenderer();
        return (parameter, labels, scheme) -> Stream.of(usual.render(parameter, labels, scheme))
                .map(row -> {
                    Text[] shown = row.clone();
                    shown[row.length - 1] = scheme.text(kept(row[row.length - 1].plainString()));
                    return shown;
                })
                .toArray(Text[][]::new);
    }

    /** Joins the lines of a text to paragraphs: a line that does not end a sentence continues in the next. */
    static String[] paragraphs(String... lines) {
        List<String> paragraphs = new ArrayList<>();
        for (String line : lines) {
            int last = paragraphs.size() - 1;
            if (last >= 0
                    && !line.isBlank()
                    && !isCall(line)
                    && !isCall(paragraphs.get(last))
                    && !ends(paragraphs.get(last))) {
                paragraphs.set(last, paragraphs.get(last) + " " + kept(line));
            } else {
                paragraphs.add(kept(line));
            }
        }
        return paragraphs.toArray(String[]::new);
    }

    private static boolean ends(String line) {
        return END_OF_LINE.matcher(restored(line)).matches();
    }

    /** Whether a line shows a command, "Next:  mmcr evaluate RUN". */
    private static boolean isCall(String line) {
        return line.contains(":  ");
    }

    /** Returns name, parameters and required options, and that there are others; in lines that fit into the width. */
    private static List<String> synopsis(CommandSpec spec) {
        Stream<String> parameters = spec.positionalParameters().stream().map(HelpText::label);
        Stream<String> required = spec.options().stream()
                .filter(OptionSpec::required)
                .filter(option -> option.group() == null)
                .map(option -> option.longestName() + "=" + option.paramLabel());
        int width = spec.usageMessage().width() - "Usage: ".length();
        List<String> lines = new ArrayList<>(List.of(spec.qualifiedName()));
        Stream.of(parameters, required, Stream.of("[OPTIONS]"))
                .flatMap(part -> part)
                .forEach(part -> {
                    int last = lines.size() - 1;
                    if (lines.get(last).length() + 1 + part.length() < width) {
                        lines.set(last, lines.get(last) + " " + part);
                    } else {
                        lines.add("    " + part);
                    }
                });
        return lines;
    }

    private static String label(PositionalParamSpec parameter) {
        boolean repeats = parameter.arity().max() > 1 && !parameter.paramLabel().endsWith("...");
        String label = parameter.paramLabel() + (repeats ? "..." : "");
        return parameter.arity().min() > 0 ? label : "[" + label + "]";
    }

    /** Replaces what is neither letter nor digit inside of words by stand-ins. */
    private static String kept(String text) {
        return WORD.matcher(text).replaceAll(found -> {
            String word = found.group();
            return UNFINISHED.matcher(word).find() ? Matcher.quoteReplacement(word) : keptWord(word);
        });
    }

    private static String keptWord(String word) {
        StringBuilder kept = new StringBuilder();
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            boolean breaks = c >= FIRST && c <= LAST && !Character.isLetterOrDigit(c) && i < word.length() - 1;
            kept.append(breaks ? (char) (STAND_INS + c - FIRST) : c);
        }
        return Matcher.quoteReplacement(kept.toString());
    }

    private static String restored(String text) {
        StringBuilder restored = new StringBuilder();
        text.chars()
                .map(c -> c >= STAND_INS && c <= STAND_INS + LAST - FIRST ? c - STAND_INS + FIRST : c)
                .forEach(c -> restored.append((char) c));
        return restored.toString();
    }
}

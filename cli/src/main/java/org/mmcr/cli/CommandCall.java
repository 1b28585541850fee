package org.mmcr.cli;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.mmcr.data.io.Provenance;
import org.mmcr.train.run.Machine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** The call of a command for the provenance of its documents, read from the parsed command line. */
final class CommandCall {
    /** Options that name what is written. */
    private static final Set<String> OUTPUTS = Set.of("--out", "--gradient", "--to");

    private CommandCall() {}

    static Provenance.Call of(CommandSpec command) {
        ParseResult parsed = command.commandLine().getParseResult();
        ParseResult whole = command.root().commandLine().getParseResult();
        String line = Provenance.Call.commandLine("mmcr", whole.originalArgs());
        return new Provenance.Call(
                Machine.mmcrVersion(),
                line,
                inputs(parsed),
                new Provenance.Machine(
                        Machine.cpuModel(),
                        Runtime.getRuntime().availableProcessors(),
                        Machine.operatingSystem(),
                        Machine.javaRuntime()));
    }

    private static List<String> inputs(ParseResult parsed) {
        Stream<ArgSpec> options = parsed.matchedOptions().stream()
                .filter(option -> Stream.of(option.names()).noneMatch(OUTPUTS::contains))
                .map((OptionSpec option) -> option);
        return Stream.concat(options, parsed.matchedPositionals().stream())
                .flatMap(argument -> argument.originalStringValues().stream())
                .distinct()
                .toList();
    }
}

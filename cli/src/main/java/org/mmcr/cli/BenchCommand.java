package org.mmcr.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import org.mmcr.core.MmcrException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** {@code mmcr bench [NAME [ARGUMENTS]]}. */
@Command(
        name = "bench",
        description = "Lists the side-by-side benchmarks, or runs one.",
        footer = {"", "Options that mmcr does not know are passed to the benchmark."})
final class BenchCommand extends Subcommand {
    @Parameters(index = "0", arity = "0..1", paramLabel = "NAME", description = "Benchmark to run. Default: list them.")
    Optional<String> name = Optional.empty();

    @Unmatched
    List<String> arguments = new ArrayList<>();

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    BenchCommand(CommandContext context) {
        super(context);
    }

    /** The document of {@code bench --json}. */
    record BenchList(List<Entry> benchmarks) {
        /** A benchmark. */
        record Entry(String name, String summary) {}
    }

    @Override
    int execute() throws Exception {
        List<Benchmark> all = benchmarks();
        if (name.isEmpty()) {
            list(all);
            return ExitCode.DONE;
        }
        Benchmark chosen = all.stream()
                .filter(benchmark -> benchmark.name().equals(name.get()))
                .findFirst()
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(),
                        "expected a benchmark out of " + names(all) + ", found '" + name.get() + "'"));
        common.seed.ifPresent(seed -> arguments.addAll(List.of("--seed", String.valueOf(seed))));
        common.threads.ifPresent(threads -> arguments.addAll(List.of("--threads", String.valueOf(threads))));
        Object figures = figures(chosen);
        if (common.json) {
            printJson(figures);
        }
        return ExitCode.DONE;
    }

    private Object figures(Benchmark chosen) throws Exception {
        try {
            return chosen.run(arguments, text()::println);
        } catch (NumberFormatException e) {
            throw new UsageException("expected numbers where benchmark " + chosen.name() + " takes numbers, found "
                    + arguments + "; it measures " + chosen.summary());
        }
    }

    private static List<Benchmark> benchmarks() {
        List<Benchmark> found = ServiceLoader.load(Benchmark.class).stream()
                .map(ServiceLoader.Provider::get)
                .sorted(Comparator.comparing(Benchmark::name))
                .toList();
        if (found.isEmpty()) {
            throw new MmcrException(
                    "expected the bench module on the class path, found none; use the launcher at the root of the repository: ./mmcr bench");
        }
        return found;
    }

    private void list(List<Benchmark> all) {
        if (common.json) {
            printJson(new BenchList(all.stream()
                    .map(benchmark -> new BenchList.Entry(benchmark.name(), benchmark.summary()))
                    .toList()));
            return;
        }
        all.forEach(benchmark -> text().printf("%-12s %s%n", benchmark.name(), benchmark.summary()));
    }

    private static String names(List<Benchmark> all) {
        return all.stream().map(Benchmark::name).collect(Collectors.joining(", "));
    }
}

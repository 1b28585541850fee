package org.mmcr.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.mmcr.report.page.ReportPage;
import org.mmcr.train.run.RunDirectory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mmcr report RUN...}. */
@Command(
        name = "report",
        description = {
            "Writes the page of a run again, or one page that compares several.",
            "pretrain, evaluate, analyze, capacity, quality and simulate write it too."
        },
        footer = {
            "",
            "The page is one file, report.html, that needs no network: open it, mail it, print it. Its pictures are those that",
            "evaluate has stored; the data is not read. Several folders need --out."
        })
final class ReportCommand extends Subcommand {
    @Parameters(
            arity = "1..*",
            paramLabel = "RUN",
            description = "Folders that pretrain wrote, or that analyze, capacity or simulate wrote.")
    private List<Path> folders = List.of();

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Write report.html there. Default, for one RUN: into its folder.")
    private Optional<Path> out = Optional.empty();

    @Mixin
    private final OutputFolder output = new OutputFolder();

    ReportCommand(CommandContext context) {
        super(context);
    }

    /** The result that {@code report --json} prints. */
    record ReportResult(String page, List<String> folders) {}

    @Override
    int execute() {
        Path page = page();
        return finish(
                new ReportResult(
                        page.toString(), folders.stream().map(Path::toString).toList()),
                result -> text().println("the page is " + result.page()));
    }

    private Path page() {
        if (out.isEmpty() && folders.size() > 1) {
            throw new UsageException("expected --out DIR for a page of " + folders.size()
                    + " folders, found none; for example: mmcr report "
                    + folders.get(0) + " " + folders.get(1) + " --out comparison");
        }
        folders.forEach(ReportPage::requireFolder);
        Path folder = out.orElse(folders.get(0));
        try (OutputFolder.Writing writing = output.open(
                Optional.of(folder),
                path -> List.of(RunDirectory.ofAnother(path).report()))) {
            return ReportPage.of(folders, folder);
        }
    }
}

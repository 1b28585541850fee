package org.mmcr.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.mmcr.report.page.ReportPage;
import org.mmcr.simulations.theorems.Family;
import org.mmcr.simulations.theorems.TheoremCheck;
import org.mmcr.train.run.RunDirectory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mmcr simulate information --out DIR}. */
@Command(
        name = "information",
        description = {
            "Compares percent error and mutual information of the views over a family of embeddings with two parameters: noise",
            "between the views of a sample, and concentration of the samples up to collapse."
        },
        footer = {
            "",
            "Writes information.csv (one line per cell), information.json (best cells, rank correlation, largest disagreement) and",
            "two heat maps as PNG, SVG and PDF."
        })
final class InformationCommand extends Subcommand {
    private static final long LINE_NANOS = Duration.ofSeconds(10).toNanos();

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "Folder of the figure.")
    @SuppressWarnings("NullAway.Init")
    private Path out;

    @Option(names = "--points", paramLabel = "N", description = "Samples. Default: ${DEFAULT-VALUE}.")
    private int points = 512;

    @Option(names = "--views", paramLabel = "K", description = "Views per sample. Default: ${DEFAULT-VALUE}.")
    private int views = 4;

    @Option(names = "--dimension", paramLabel = "D", description = "Dimensions. Default: ${DEFAULT-VALUE}.")
    private int dimension = 16;

    @Mixin
    private final OutputFolder output = new OutputFolder();

    private long lastLine;

    InformationCommand(CommandContext context) {
        super(context);
    }

    @Override
    int execute() throws IOException {
        useThreads();
        Family family = UsageException.check(() -> Family.standard(points, views, dimension, seed(0)));
        int cells = family.noises().size() * family.concentrations().size();
        lastLine = System.nanoTime();
        TheoremCheck check;
        try (OutputFolder.Writing writing = output.open(Optional.of(out), InformationCommand::files)) {
            check = TheoremCheck.run(out, family, done -> progress(done, cells));
            ReportPage.write(out);
        }
        if (common.json) {
            printJson(check);
            return ExitCode.DONE;
        }
        text().printf("%d cells; the best ones:%n", cells);
        print("nearest the bound", check.nearestBound());
        print("most information", check.mostInformation());
        text().printf(
                        Locale.ROOT,
                        "rank correlation of closeness to the bound: %.3f with the mutual information bound, %.3f with InfoNCE%n",
                        check.rankCorrelation(),
                        check.infonceRankCorrelation());
        check.widestDisagreement().ifPresent(pair -> {
            text().println("largest disagreement:");
            print("nearer the bound", pair.nearer());
            print("more informed", pair.moreInformed());
        });
        text().println("figure and report.html: " + out);
        return ExitCode.DONE;
    }

    private static List<Path> files(Path folder) {
        List<Path> files = new ArrayList<>(TheoremCheck.files(folder));
        files.add(RunDirectory.ofAnother(folder).report());
        return files;
    }

    private void progress(int done, int cells) {
        long now = System.nanoTime();
        if (now - lastLine >= LINE_NANOS) {
            lastLine = now;
            remarks().printf("%3d %%  %d of %d cells%n", 100 * done / cells, done, cells);
        }
    }

    private void print(String which, TheoremCheck.Cell cell) {
        text().printf(
                        Locale.ROOT,
                        "  %-18s noise %s, concentration %s: percent error %.2f %%, %s%n",
                        which,
                        cell.noise(),
                        cell.concentration(),
                        100 * cell.percentError(),
                        cell.miLowerBound() > 0
                                ? String.format(Locale.ROOT, "at least %.2f nats", cell.miLowerBound())
                                : "no information shown");
    }
}

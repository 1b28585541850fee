package org.mmcr.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.Provenance;
import org.mmcr.report.page.ReportPage;
import org.mmcr.simulations.figure1.Figure1;
import org.mmcr.simulations.figure1.Grid;
import org.mmcr.simulations.figure1.Measurement;
import org.mmcr.simulations.figure1.Method;
import org.mmcr.simulations.figure1.Summary;
import org.mmcr.train.run.RunDirectory;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mmcr simulate figure1 --out DIR}. */
@Command(
        name = "figure1",
        description =
                "Measures the percent error of uniform points on the sphere over numbers of points and dimensions.",
        footer = {
            "",
            "Writes figure1.csv (one line per draw), figure1.json (fitted powers, peaks, deviation from theory) and two charts as",
            "PNG, SVG and PDF. It can be stopped at any time: finished draws are kept, and --resume DIR continues."
        })
final class Figure1Command extends Subcommand {
    private static final long LINE_NANOS = Duration.ofSeconds(10).toNanos();
    private static final long WHOLE = 1000;

    @ArgGroup(multiplicity = "1")
    @SuppressWarnings("NullAway.Init")
    private Place place;

    /** A new figure, or one to continue. */
    static final class Place {
        @ArgGroup(exclusive = false, multiplicity = "1")
        @Nullable
        Fresh fresh;

        @Option(
                names = "--resume",
                paramLabel = "DIR",
                description = "Continue that figure, with its own grid, method and seed.")
        Optional<Path> resume = Optional.empty();
    }

    /** Options of a new figure. */
    static final class Fresh {
        @Option(
                names = "--out",
                required = true,
                paramLabel = "DIR",
                description = "Folder of the figure: new, or empty.")
        @SuppressWarnings("NullAway.Init")
        Path out;

        @Option(
                names = "--grid",
                paramLabel = "GRID",
                description =
                        "Sizes: paper (eleven from 10 to 10,000), small (six, up to 316), or a list such as 10,20,40x10,100."
                                + " Default: small.")
        String grid = "small";

        @Option(names = "--repeats", paramLabel = "R", description = "Draws per pair of sizes. Default: 5.")
        int repeats = 5;

        @Option(
                names = "--method",
                paramLabel = "METHOD",
                description =
                        "exact (all singular values) or fast (an estimate with its standard error). Default: exact.")
        Method method = Method.EXACT;
    }

    @Mixin
    private final OutputFolder output = new OutputFolder();

    private long began;
    private double doneBefore = -1;
    private long lastLine;
    private Optional<ProgressBar> bar = Optional.empty();

    Figure1Command(CommandContext context) {
        super(context);
    }

    @Override
    int execute() throws IOException {
        Optional<Figure1> earlier = earlier();
        Optional<Figure1.Settings> settings = settings();
        if (earlier.isEmpty() && Files.exists(RunDirectory.ofAnother(folder()).report())) {
            // Otherwise a page of another program is answered with the advice to overwrite it, which does not help.
            Figure1.requireEmpty(folder());
        }
        began = System.nanoTime();
        lastLine = began;
        Figure1.Document document;
        try (OutputFolder.Writing writing = output.open(
                Optional.of(folder()),
                folder -> List.of(RunDirectory.ofAnother(folder).report()))) {
            // Begun under the lock, so that of two processes one begins and the other is refused.
            Figure1 figure = earlier.isPresent() ? earlier.get() : Figure1.begin(folder(), settings.orElseThrow());
            try {
                document = figure.run(threadsOfJava(), this::progress);
            } finally {
                bar.ifPresent(shown -> LiveLine.close(context().terminal(), shown));
            }
            ReportPage.write(folder());
        }
        return finish(
                document,
                drawn -> print(drawn.summary()
                        .orElseThrow(() -> new MmcrException("the simulation ended without a summary"))));
    }

    /** Returns the figure to continue; empty for a new one. */
    private Optional<Figure1> earlier() throws IOException {
        if (place.resume.isEmpty()) {
            return Optional.empty();
        }
        if (common.seed.isPresent()) {
            throw new UsageException("expected --resume without --seed, found --seed " + common.seed.get()
                    + "; a figure is continued with its own seed");
        }
        Figure1 resumed = Figure1.resume(place.resume.get());
        Provenance.seeded(resumed.settings().seed());
        return Optional.of(resumed);
    }

    /** Returns the settings of a new figure; empty for one to continue. */
    private Optional<Figure1.Settings> settings() {
        return Optional.ofNullable(place.fresh)
                .map(fresh -> UsageException.check(
                        () -> new Figure1.Settings(Grid.parse(fresh.grid, fresh.repeats), fresh.method, seed(0))));
    }

    private void progress(Measurement drawn, double done, int left) {
        long now = System.nanoTime();
        if (doneBefore < 0) {
            doneBefore = done;
            bar = context().terminal().columns().isPresent()
                    ? Optional.of(LiveLine.ofFraction(context().terminal(), "simulate", WHOLE, Math.round(WHOLE * done))
                            .build())
                    : Optional.empty();
        }
        if (bar.isPresent()) {
            bar.get().stepTo(Math.round(WHOLE * done));
            bar.get().setExtraMessage("N " + drawn.points() + ", D " + drawn.dimensions());
        } else if (now - lastLine >= LINE_NANOS && done > doneBefore) {
            lastLine = now;
            double seconds = (1 - done) / (done - doneBefore) * (now - began) / 1e9;
            remarks()
                    .printf(
                            "%3.0f %%  N %d, D %d; %d draws and about %s left%n",
                            100 * done, drawn.points(), drawn.dimensions(), left, TrainProgress.duration(seconds));
        }
    }

    private Path folder() {
        return place.resume.orElseGet(() -> Objects.requireNonNull(place.fresh).out);
    }

    private void print(Summary summary) {
        text().println("       N        D   percent error   theory    range of the draws");
        for (Summary.Average cell : summary.cells()) {
            text().printf(
                            "%8d %8d   %9.4f %%   %7.4f %%  %.4f .. %.4f %%%n",
                            cell.points(),
                            cell.dimensions(),
                            100 * cell.percentError(),
                            100 * cell.predicted(),
                            100 * cell.least(),
                            100 * cell.most());
        }
        power("D >= 2 N", "D / N", summary.exponentFewPoints(), summary.exponentFewPointsCi95());
        power("N >= 2 D", "N / D", summary.exponentManyPoints(), summary.exponentManyPointsCi95());
        Summary.Average worst = summary.worstDeviation();
        text().printf(
                        "largest deviation from theory: N %d, D %d, %.1f standard errors (%.2f %%)%n",
                        worst.points(), worst.dimensions(), worst.standardErrors(), 100 * worst.deviation());
        text().println("charts, tables and report.html: " + folder());
    }

    private void power(String where, String ratio, OptionalDouble exponent, Optional<List<Double>> interval) {
        exponent.ifPresent(power -> text().printf(
                        Locale.ROOT,
                        "for %s the percent error is proportional to (%s)^%.2f%s%n",
                        where,
                        ratio,
                        power,
                        interval.map(ends ->
                                        String.format(Locale.ROOT, " (95 %%: %.2f to %.2f)", ends.get(0), ends.get(1)))
                                .orElse("")));
    }
}

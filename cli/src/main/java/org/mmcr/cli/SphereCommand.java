package org.mmcr.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.mmcr.report.page.ReportPage;
import org.mmcr.simulations.sphere.Settings;
import org.mmcr.simulations.sphere.SphereSimulation;
import org.mmcr.train.run.RunDirectory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mmcr simulate sphere --out DIR}. */
@Command(
        name = "sphere",
        description = {
            "Runs gradient descent on the objective over points of the sphere, from a collapsed, a clustered and a random start,",
            "and shows that they reach the bound, which random points only approach."
        },
        footer = {
            "",
            "Writes sphere.csv (one line per step), sphere.json, the curve of percent error and, in three dimensions, a drawing of",
            "views, centroids and the ellipsoid of their singular values at three steps, as PNG, SVG and PDF."
        })
final class SphereCommand extends Subcommand {
    private static final Settings STANDARD = Settings.standard(0);

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "Folder of the figure.")
    @SuppressWarnings("NullAway.Init")
    private Path out;

    @Option(names = "--points", paramLabel = "N", description = "Samples. Default: ${DEFAULT-VALUE}.")
    private int points = STANDARD.points();

    @Option(names = "--views", paramLabel = "K", description = "Views per sample. Default: ${DEFAULT-VALUE}.")
    private int views = STANDARD.views();

    @Option(
            names = "--dimension",
            paramLabel = "D",
            description = "Dimension; the drawing needs 3. Default: ${DEFAULT-VALUE}.")
    private int dimension = STANDARD.dimension();

    @Option(names = "--steps", paramLabel = "S", description = "Steps of gradient descent. Default: ${DEFAULT-VALUE}.")
    private int steps = STANDARD.steps();

    @Option(
            names = "--learning-rate",
            paramLabel = "RATE",
            description = "Step size, as a fraction of the sphere's radius. Default: ${DEFAULT-VALUE}.")
    private double learningRate = STANDARD.learningRate();

    @Mixin
    private final OutputFolder output = new OutputFolder();

    SphereCommand(CommandContext context) {
        super(context);
    }

    @Override
    int execute() throws IOException {
        useThreads();
        long seed = seed(STANDARD.seed());
        Settings settings =
                UsageException.check(() -> new Settings(points, views, dimension, steps, learningRate, seed));
        SphereSimulation.Document document;
        try (OutputFolder.Writing writing = output.open(Optional.of(out), folder -> files(folder, settings))) {
            document = SphereSimulation.run(out, settings);
            ReportPage.write(out);
        }
        return finish(document, this::print);
    }

    private void print(SphereSimulation.Document document) {
        text().println("start        percent error: first        last   mean |centroid|^2");
        for (SphereSimulation.Outcome outcome : document.outcomes()) {
            text().printf(
                            "%-10s %19.4f %% %9.2g %%   %.6f%n",
                            outcome.start(),
                            100 * outcome.first(),
                            100 * outcome.last(),
                            outcome.meanSquaredCentroidNorm());
        }
        text().printf("expected percent error of uniform points: %.4f %%%n", 100 * document.uniformPercentError());
        text().println("figure and report.html: " + out);
    }

    private static List<Path> files(Path folder, Settings settings) {
        List<Path> files = new ArrayList<>(SphereSimulation.files(folder, settings));
        files.add(RunDirectory.ofAnother(folder).report());
        return files;
    }
}

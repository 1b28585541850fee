package org.mmcr.simulations.sphere;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.mmcr.core.theory.MmcrBounds;
import org.mmcr.core.theory.UniformEmbeddings;
import org.mmcr.data.io.AtomicFiles;
import org.mmcr.data.io.Csv;
import org.mmcr.data.io.Json;

/**
 * Runs gradient descent from every start and writes {@code sphere.csv} (one line per step), {@code sphere.json}, the
 * curve of percent error and, in three dimensions, drawings of the sphere at the start, at an early step and at the
 * end.
 */
public final class SphereSimulation {
    private static final String CSV = "sphere.csv";
    private static final String JSON = "sphere.json";

    private SphereSimulation() {}

    /**
     * Result of a descent.
     *
     * @param first percent error at the start, a fraction
     * @param last percent error at the end
     * @param meanSquaredCentroidNorm value at the end; 1 if the views of every sample coincide
     */
    public record Outcome(
            String start, double first, double last, double nuclearNorm, double meanSquaredCentroidNorm) {}

    /**
     * The document {@code sphere.json}.
     *
     * @param uniformPercentError expected percent error of as many uniform random points
     */
    public record Document(
            Settings settings,
            double upperBound,
            double uniformPercentError,
            List<Outcome> outcomes,
            List<String> files) {}

    /** Returns the files that {@link #run} writes. */
    public static List<Path> files(Path folder, Settings settings) {
        List<Path> files = new ArrayList<>(new SphereCharts(folder, settings).files());
        files.addAll(List.of(folder.resolve(CSV), folder.resolve(JSON)));
        return files;
    }

    /**
     * Runs the simulation and writes into a folder, which is created if necessary; files of an earlier run are
     * replaced.
     */
    public static Document run(Path folder, Settings settings) throws IOException {
        Files.createDirectories(folder);
        Descent descent = new Descent(settings);
        List<Descent.Path> paths =
                Arrays.stream(Start.values()).map(descent::run).toList();
        List<String> files = new ArrayList<>(List.of(CSV, JSON));
        AtomicFiles.writeText(folder.resolve(CSV), table(paths));
        files.addAll(new SphereCharts(folder, settings).draw(paths));
        Document document = new Document(
                settings,
                MmcrBounds.upperBound(settings.points(), settings.dimension()),
                UniformEmbeddings.percentError(settings.points(), settings.dimension()),
                paths.stream().map(SphereSimulation::outcome).toList(),
                files);
        Json.write(folder.resolve(JSON), document);
        return document;
    }

    private static Outcome outcome(Descent.Path path) {
        Descent.Moment last = path.moments().get(path.moments().size() - 1);
        return new Outcome(
                path.start().label(),
                path.moments().get(0).percentError(),
                last.percentError(),
                last.nuclearNorm(),
                last.meanSquaredCentroidNorm());
    }

    private static String table(List<Descent.Path> paths) {
        List<String> rows = new ArrayList<>();
        for (Descent.Path path : paths) {
            for (int step = 0; step < path.moments().size(); step++) {
                Descent.Moment moment = path.moments().get(step);
                rows.add(Csv.row(
                        path.start().label(),
                        step,
                        moment.nuclearNorm(),
                        moment.percentError(),
                        moment.meanSquaredCentroidNorm()));
            }
        }
        return Csv.table("start,step,nuclear_norm,percent_error,mean_squared_centroid_norm", rows);
    }
}

package org.mmcr.simulations.theorems;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import org.bytedeco.javacpp.PointerScope;
import org.mmcr.analysis.embeddings.Analysis;
import org.mmcr.data.io.AtomicFiles;
import org.mmcr.data.io.Csv;
import org.mmcr.data.io.Json;

/**
 * Comparison of percent error and mutual information over a family of embeddings.
 *
 * @param family family of the cells
 * @param cells all pairs of a noise and a concentration
 * @param nearestBound cell with the smallest percent error
 * @param mostInformation cell with the largest lower bound of the mutual information
 * @param rankCorrelation Spearman correlation between closeness to the bound and the mutual information bound; 1 is
 *     the same order
 * @param infonceRankCorrelation Spearman correlation with InfoNCE
 * @param widestDisagreement pair of cells with the most different order, absent if no pair differs
 * @param files names of the charts
 */
public record TheoremCheck(
        Family family,
        List<Cell> cells,
        Cell nearestBound,
        Cell mostInformation,
        double rankCorrelation,
        double infonceRankCorrelation,
        Optional<Disagreement> widestDisagreement,
        List<String> files) {
    private static final String CSV = "information.csv";
    private static final String JSON = "information.json";

    /** A cell of the family and its figures; information in nats. */
    public record Cell(
            double noise,
            double concentration,
            double percentError,
            double miLowerBound,
            double infonce,
            boolean reliable) {
        String line() {
            return Csv.row(noise, concentration, percentError, miLowerBound, infonce, reliable);
        }
    }

    /** Two cells: the first is closer to the bound, the second has the larger mutual information bound. */
    public record Disagreement(Cell nearer, Cell moreInformed) {}

    /** Returns the files that {@link #run} writes. */
    public static List<Path> files(Path folder) {
        List<Path> files = new ArrayList<>(HeatMaps.files(folder));
        files.addAll(List.of(folder.resolve(CSV), folder.resolve(JSON)));
        return files;
    }

    /**
     * Measures a family and writes {@code information.csv}, {@code information.json} and the heat maps into a folder.
     */
    public static TheoremCheck run(Path folder, Family family, IntConsumer done) throws IOException {
        Files.createDirectories(folder);
        List<Cell> cells = new ArrayList<>();
        for (double concentration : family.concentrations()) {
            for (double noise : family.noises()) {
                cells.add(measure(family, noise, concentration));
                done.accept(cells.size());
            }
        }
        AtomicFiles.writeText(
                folder.resolve(CSV),
                Csv.table(
                        "noise,concentration,percent_error,mi_lower_bound,infonce,reliable",
                        cells.stream().map(Cell::line).toList()));
        TheoremCheck check = of(family, cells, HeatMaps.draw(folder, family, cells));
        Json.write(folder.resolve(JSON), check);
        return check;
    }

    static TheoremCheck of(Family family, List<Cell> cells, List<String> files) {
        List<Double> nearness = cells.stream().map(cell -> -cell.percentError()).toList();
        return new TheoremCheck(
                family,
                cells,
                cells.stream()
                        .min(Comparator.comparingDouble(Cell::percentError))
                        .orElseThrow(),
                cells.stream()
                        .max(Comparator.comparingDouble(Cell::miLowerBound))
                        .orElseThrow(),
                SpearmanCorrelation.correlation(
                        nearness, cells.stream().map(Cell::miLowerBound).toList()),
                SpearmanCorrelation.correlation(
                        nearness, cells.stream().map(Cell::infonce).toList()),
                widest(cells),
                files);
    }

    private static Cell measure(Family family, double noise, double concentration) {
        try (PointerScope scope = new PointerScope()) {
            Analysis found =
                    Analysis.of(family.draw(noise, concentration), family.views(), Optional.empty(), family.seed());
            return new Cell(
                    noise,
                    concentration,
                    found.centroids().percentError(),
                    found.information().miLowerBound().orElseThrow(),
                    found.information().infonce().orElseThrow(),
                    found.information()
                            .intervals()
                            .get("mi_lower_bound")
                            .caution()
                            .isEmpty());
        }
    }

    /** The pair with the largest disagreement, by the smaller of its two rank differences. */
    private static Optional<Disagreement> widest(List<Cell> cells) {
        double[] nearness = SpearmanCorrelation.of(
                cells.stream().map(cell -> -cell.percentError()).toList());
        double[] information =
                SpearmanCorrelation.of(cells.stream().map(Cell::miLowerBound).toList());
        Optional<Disagreement> widest = Optional.empty();
        double most = 0;
        for (int a = 0; a < cells.size(); a++) {
            for (int b = 0; b < cells.size(); b++) {
                double apart = Math.min(nearness[a] - nearness[b], information[b] - information[a]);
                if (apart > most) {
                    most = apart;
                    widest = Optional.of(new Disagreement(cells.get(a), cells.get(b)));
                }
            }
        }
        return widest;
    }
}

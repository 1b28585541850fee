package org.mmcr.simulations.figure1;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.AtomicFiles;
import org.mmcr.data.io.Csv;
import org.mmcr.data.io.Json;
import org.mmcr.simulations.figure1.Grid.Cell;
import org.mmcr.simulations.uniform.UniformSimulation;

/**
 * The simulation, run in a folder: {@code figure1.csv} grows by one line per draw, {@code figure1.json} has the
 * settings from the start and the summary at the end, and the charts are drawn last. A killed run loses only
 * unfinished draws.
 */
public final class Figure1 {
    private static final long MIB = 1 << 20;
    private static final int MEMORY_MIB = 2200;

    private final Path folder;
    private final Settings settings;

    /** Settings of a run, stored in its folder. */
    public record Settings(Grid grid, Method method, long seed) {}

    /** The document {@code figure1.json}; the summary is absent until all draws are finished. */
    public record Document(Settings settings, Optional<Summary> summary, List<String> files) {}

    /**
     * Listener to finished draws, called one at a time with the completed fraction of the work and the number of
     * remaining draws.
     */
    public interface Listener {
        void drawn(Measurement measured, double done, int left);
    }

    private Figure1(Path folder, Settings settings) {
        this.folder = folder;
        this.settings = settings;
    }

    /** Starts a run in a new or empty folder. */
    public static Figure1 begin(Path folder, Settings settings) throws IOException {
        requireEmpty(folder);
        Files.createDirectories(folder);
        Figure1 run = new Figure1(folder, settings);
        run.write(Optional.empty(), List.of());
        run.writeTable(List.of());
        return run;
    }

    /**
     * Checks that a folder is new or empty. Hidden files do not count: a lock, or what a killed process left.
     *
     * @throws MmcrException if it has files
     */
    public static void requireEmpty(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                if (files.anyMatch(file -> !String.valueOf(file.getFileName()).startsWith("."))) {
                    throw new MmcrException("expected a new or empty folder, found files in " + folder
                            + "; choose another --out, or continue that run by --resume");
                }
            }
        }
    }

    /** Continues the run in a folder, with its own settings. */
    public static Figure1 resume(Path folder) throws IOException {
        Path document = folder.resolve("figure1.json");
        if (!Files.isRegularFile(document)) {
            throw new MmcrException("expected a simulation to continue in " + folder
                    + ", found no figure1.json; start one without --resume");
        }
        return new Figure1(folder, Json.read(document, "settings", Settings.class));
    }

    /** Returns the settings of the run. */
    public Settings settings() {
        return settings;
    }

    /**
     * Runs the missing draws, then the fits and the charts. A draw runs on one thread, so that the table does not
     * depend on the number of threads.
     *
     * @param threads number of parallel draws, within {@value #MEMORY_MIB} MiB for their matrices
     */
    public Document run(int threads, Listener listener) throws IOException {
        List<Measurement> measured = new ArrayList<>(finished());
        List<Cell> cells = settings.grid().cells();
        Set<Cell> known = measured.stream().map(Measurement::cell).collect(Collectors.toSet());
        List<Cell> missing =
                cells.stream().filter(cell -> !known.contains(cell)).toList();
        double whole = cells.stream().mapToDouble(Cell::cost).sum();
        double done = known.stream().mapToDouble(Cell::cost).sum();
        ExecutorService workers = Executors.newFixedThreadPool(threads, Figure1::daemon);
        try (Writer csv = Files.newBufferedWriter(csv(), StandardOpenOption.APPEND)) {
            CompletionService<Measurement> drawing = new ExecutorCompletionService<>(workers);
            Semaphore memory = new Semaphore(MEMORY_MIB, true);
            missing.forEach(cell -> drawing.submit(() -> draw(cell, memory)));
            for (int i = 0; i < missing.size(); i++) {
                Measurement drawn = next(drawing);
                csv.write(drawn.line() + "\n");
                csv.flush();
                measured.add(drawn);
                done += drawn.cell().cost();
                listener.drawn(drawn, done / whole, cells.size() - measured.size());
            }
        } finally {
            workers.shutdownNow();
        }
        measured.sort(Comparator.comparing(Measurement::cell, Grid.ORDER));
        writeTable(measured);
        Summary summary = Summary.of(measured);
        return write(Optional.of(summary), new Charts(folder, settings).draw(summary));
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "figure1");
        thread.setDaemon(true);
        return thread;
    }

    private static Measurement next(CompletionService<Measurement> drawing) {
        try {
            return drawing.take().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MmcrException("interrupted while drawing; finished draws are kept", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e.getCause());
        }
    }

    private Measurement draw(Cell cell, Semaphore memory) throws InterruptedException {
        int need = (int) Math.min(MEMORY_MIB, 1 + cell.bytes() / MIB);
        memory.acquire(need);
        try {
            UniformSimulation.Draw drawn =
                    settings.method().draw(cell.points(), cell.dimensions(), cell.seed(settings.seed()));
            return new Measurement(
                    cell.points(), cell.dimensions(), cell.repeat(), drawn.nuclearNorm(), drawn.standardError());
        } finally {
            memory.release(need);
        }
    }

    /** Draws of the complete lines of the file; an incomplete last line is removed. */
    private List<Measurement> finished() throws IOException {
        Set<Cell> wanted = Set.copyOf(settings.grid().cells());
        List<Measurement> measured = Files.exists(csv())
                ? Files.readString(csv())
                        .replaceFirst("[^\n]*\\z", "")
                        .lines()
                        .skip(1)
                        .flatMap(line -> Measurement.parse(line).stream())
                        .filter(found -> wanted.contains(found.cell()))
                        .toList()
                : List.of();
        writeTable(measured);
        return measured;
    }

    private void writeTable(List<Measurement> measured) throws IOException {
        List<String> rows = measured.stream().map(Measurement::line).toList();
        AtomicFiles.writeText(csv(), Csv.table(Measurement.HEADER, rows));
    }

    private Document write(Optional<Summary> summary, List<String> charts) throws IOException {
        Document document = new Document(settings, summary, charts);
        Json.write(folder.resolve("figure1.json"), document);
        return document;
    }

    private Path csv() {
        return folder.resolve("figure1.csv");
    }
}

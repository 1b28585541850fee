package org.mmcr.report.evaluation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.mmcr.analysis.charts.FigurePage;
import org.mmcr.data.io.AtomicFiles;
import org.mmcr.data.io.Csv;
import org.mmcr.data.io.Json;

/** The files of a {@link Transfer}: the document as JSON, its table as CSV, and a page that needs no network. */
public final class TransferFiles {
    private TransferFiles() {}

    /** Returns the files that {@link #write} writes. */
    public static List<Path> of(Path folder) {
        return Stream.of("json", "csv", "html")
                .map(ending -> folder.resolve("transfer." + ending))
                .toList();
    }

    /** Writes the files; creates the folder if needed. */
    public static void write(Path folder, Transfer transfer) throws IOException {
        Files.createDirectories(folder);
        Json.write(folder.resolve("transfer.json"), transfer);
        AtomicFiles.writeText(folder.resolve("transfer.csv"), csv(transfer));
        AtomicFiles.writeText(folder.resolve("transfer.html"), html(transfer));
    }

    /** Returns the table as text: for each protocol by its title, one line per encoder with its name first. */
    public static Map<String, List<List<String>>> lines(Transfer transfer) {
        Map<String, List<List<String>>> lines = new LinkedHashMap<>();
        for (Transfer.Row row : transfer.table()) {
            List<String> cells = new ArrayList<>(List.of(row.encoder()));
            row.sets().values().forEach(accuracy -> cells.add(percent(accuracy)));
            cells.add(percent(row.mean()));
            lines.computeIfAbsent(row.title(), title -> new ArrayList<>()).add(cells);
        }
        return lines;
    }

    /** Returns the heading of the cells of {@link #lines}. */
    public static List<String> heading(Transfer transfer) {
        List<String> cells = new ArrayList<>(List.of(""));
        transfer.sets().forEach(set -> cells.add(set.name()));
        cells.add("mean");
        return cells;
    }

    /** Returns what each column is: the numbers of samples and classes and the locations of a set. */
    public static List<String> descriptions(Transfer transfer) {
        return transfer.sets().stream()
                .map(set -> String.format(
                        Locale.ROOT,
                        "%s: %,d training %s of %s, %,d test %s of %s, %,d classes",
                        set.name(),
                        set.train().pictures(),
                        set.train().kind(),
                        set.train().location(),
                        set.test().pictures(),
                        set.test().kind(),
                        set.test().location(),
                        set.classes()))
                .toList();
    }

    /** Returns the notes of all sets, each with the name of its set. */
    public static List<String> notes(Transfer transfer) {
        return transfer.sets().stream()
                .flatMap(set -> set.notes().stream().map(note -> set.name() + ": " + note))
                .toList();
    }

    private static String percent(double accuracy) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * accuracy);
    }

    private static String csv(Transfer transfer) {
        List<Object> header = new ArrayList<>(List.of("protocol", "encoder"));
        transfer.sets().forEach(set -> header.add(set.name()));
        header.add("mean");
        List<String> lines = new ArrayList<>();
        for (Transfer.Row row : transfer.table()) {
            List<Object> fields = new ArrayList<>(List.of(row.protocol(), row.encoder()));
            fields.addAll(row.sets().values());
            fields.add(row.mean());
            lines.add(Csv.row(fields.toArray()));
        }
        return Csv.table(Csv.row(header.toArray()), lines);
    }

    private static String html(Transfer transfer) {
        FigurePage page = new FigurePage("Transfer to other data")
                .paragraph("Top-1 accuracy of frozen features on the test part of each data set, with the labels of its"
                        + " training part. The penalty of the linear probe and the ridge of the whitening were chosen"
                        + " on training data.");
        lines(transfer).forEach((title, rows) -> page.heading(title).table(heading(transfer), rows));
        page.heading("Data sets");
        descriptions(transfer).forEach(page::paragraph);
        notes(transfer).forEach(note -> page.paragraph("Note: " + note));
        return page.html();
    }
}

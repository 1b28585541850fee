package org.mmcr.explorer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.mmcr.data.DataOptions;
import org.mmcr.data.DataSource;
import org.mmcr.data.DataSources;
import org.mmcr.data.SyntheticPictures;
import org.mmcr.explorer.filter.ColumnTable;
import org.mmcr.train.run.Budget;
import org.mmcr.train.run.PretrainConfig;
import org.mmcr.train.run.RunDirectory;
import org.mmcr.train.run.TrainListener;
import org.mmcr.train.run.Trainer;

/**
 * A run of a few seconds on drawn pictures.
 *
 * @param run its folder
 * @param pictures the folder of the pictures
 */
public record ExploredRun(Path run, Path pictures) {
    public static final int PICTURES = 300;

    /** Makes both in a folder. */
    public static ExploredRun in(Path folder) {
        Path pictures = folder.resolve("pictures");
        SyntheticPictures.write(pictures, PICTURES / 10, 3);
        Path run = folder.resolve("a-run");
        PretrainConfig config = PretrainConfig.defaults()
                .with("batch", "16")
                .with("views", "2")
                .with("view.recipes", "[{base: cifar, size: 16}]")
                .with(
                        "model.encoder",
                        "{type: fast, stemWidth: 8, widths: [16], blocks: [1], strides: [2], headWidth: 0}")
                .with("model.projector.widths", "[16, 8]")
                .with("precision", "fp32")
                .with("threads", "1")
                .with("loaderThreads", "1")
                .withBudget(Budget.ofSteps(40));
        try (DataSource data = DataSources.open(pictures.toString(), DataOptions.defaults())) {
            new Trainer(config, data, RunDirectory.create(run), TrainListener.NONE).run();
            writeCuration(run.resolve("curation"), data);
            writeColumns(folder.resolve("columns.csv"), data);
        }
        return new ExploredRun(run, pictures);
    }

    /** Writes a curation with one suggestion of each kind, at pictures 1 to 3; picture 1 is a copy of picture 0. */
    private static void writeCuration(Path folder, DataSource data) {
        StringBuilder text = new StringBuilder(
                "path,label,flags,duplicate_of,duplicate_score,outlier,label_issue,suggested_label\n");
        List<String> endings = List.of("", "duplicate,%s,0.9,0,0,", "outlier,,0,0.8,0,", "label,,0,0,0.7,other");
        for (int i = 0; i < data.size(); i++) {
            String ending = i > 0 && i < 4 ? endings.get(i).formatted(data.name(0)) : ",,0,0,0,";
            text.append(data.name(i)).append(",x,").append(ending).append('\n');
        }
        try {
            Files.createDirectories(folder);
            Files.writeString(folder.resolve("curation.csv"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Writes a table with the index of each picture as its score, and its half of the pictures as its part. The last
     * ten pictures have no row, and one row is of no picture.
     */
    private static void writeColumns(Path file, DataSource data) {
        StringBuilder text = new StringBuilder("path,score,part\ngone.png,0,first half\n");
        for (int i = 0; i < PICTURES - 10; i++) {
            String part = i < PICTURES / 2 ? "first half" : "second half";
            text.append(data.name(i))
                    .append(',')
                    .append(i)
                    .append(',')
                    .append(part)
                    .append('\n');
        }
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An explorer of it on a free port, with the columns of the table. */
    Explorer explore() {
        ColumnTable columns = ColumnTable.read(run.resolveSibling("columns.csv"));
        return Explorer.start(ExploreOptions.of(run, pictures.toString()).withColumns(Optional.of(columns)));
    }
}

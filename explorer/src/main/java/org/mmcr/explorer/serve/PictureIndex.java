package org.mmcr.explorer.serve;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.analysis.neighbours.ExactSearch;
import org.mmcr.analysis.neighbours.GraphSearch;
import org.mmcr.analysis.neighbours.NeighbourSearch;
import org.mmcr.core.MmcrException;
import org.mmcr.data.DataOptions;
import org.mmcr.data.DataSource;
import org.mmcr.data.DataSources;
import org.mmcr.data.EmbeddingNames;
import org.mmcr.data.VectorSource;

/** The rows of a file of features, searched by cosine. Thread-safe; it is used until the process ends. */
public final class PictureIndex {
    private final List<String> names;
    private final List<String> labels;
    private final NeighbourSearch search;

    private PictureIndex(List<String> names, List<String> labels, NeighbourSearch search) {
        this.names = List.copyOf(names);
        this.labels = List.copyOf(labels);
        this.search = search;
    }

    /**
     * A similar picture.
     *
     * @param row in the file, from 0
     * @param path as the file calls it; the row's number without a column of paths
     * @param label empty without one
     * @param cosine of the features
     */
    public record Match(int row, String path, String label, double cosine) {}

    /**
     * Reads a file that {@code mmcr embed} or another program wrote.
     *
     * @param file {@code X.parquet}, {@code X.npy} or {@code X.csv}
     * @param width number of features of the encoder
     * @param threads that build the graph of a large index
     * @throws MmcrException if it has another number of columns, or cannot be read
     */
    public static PictureIndex read(Path file, int width, int threads) {
        try (DataSource source = DataSources.open(file.toString(), DataOptions.defaults())) {
            if (!(source instanceof VectorSource rows) || rows.columns() != width) {
                throw new MmcrException("expected rows of " + width + " features in " + file + ", found "
                        + (source instanceof VectorSource other ? "rows of " + other.columns() : "pictures")
                        + "; write it with mmcr embed and the same encoder");
            }
            List<String> labels = new ArrayList<>();
            Tensor features = torch.empty(rows.size(), width);
            FloatPointer memory = features.data_ptr_float();
            float[] row = new float[width];
            for (int i = 0; i < rows.size(); i++) {
                rows.read(i, row);
                memory.position((long) i * width).put(row);
                labels.add(rows.label(i).stream()
                        .mapToObj(rows.classNames()::get)
                        .findFirst()
                        .orElse(""));
            }
            List<String> names = names(file, rows.size());
            NeighbourSearch search = rows.size() > NeighbourSearch.MOST_EXACT
                    ? GraphSearch.build(features, threads, () -> false)
                    : new ExactSearch(features);
            return new PictureIndex(names, labels, search);
        }
    }

    private static List<String> names(Path file, int rows) {
        Optional<List<String>> names = EmbeddingNames.read(file);
        if (names.isPresent() && names.get().size() != rows) {
            throw new MmcrException("expected " + rows + " paths for " + file + ", one a row, found "
                    + names.get().size() + "; write it again with mmcr embed");
        }
        return names.orElseGet(
                () -> IntStream.range(0, rows).mapToObj(String::valueOf).toList());
    }

    /** Returns the number of rows. */
    int size() {
        return names.size();
    }

    /** Returns the rows of largest cosine to features (F), largest first. */
    List<Match> nearest(float[] features, int count) {
        return search.of(features, count).stream()
                .map(found -> new Match(found.row(), names.get(found.row()), labels.get(found.row()), found.likeness()))
                .toList();
    }
}

package org.mmcr.data;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;
import org.mmcr.core.MmcrException;

/**
 * Opens data by location: {@code path}, or {@code archive#inner/folder} for a folder inside a ZIP or TAR archive.
 *
 * <p>Of pictures in folders (or archives) at any depth, the first folder below the location is the class when every picture
 * lies in one. A folder or archive without pictures may hold a packed data set instead: CIFAR-10/100 binary, STL-10 binary
 * or IDX; then {@code #train} (also without it), {@code #test} and {@code #unlabeled} name its parts. A single file may be
 * one of these, pictures in {@code .npy}, Parquet with a column of pictures, a TAR shard whose labels lie beside the pictures,
 * or a CSV list of paths and labels; a folder may hold many such Parquet files or shards. A table of numbers is a
 * file: {@code .npy} (N, D), {@code .npz}, CSV, TSV or Parquet.
 */
@API(status = API.Status.STABLE)
public final class DataSources {
    /** The first that knows what lies at a place opens it. */
    private static final List<DataFormat> FORMATS = List.of(
            Tables::open,
            ParquetPictures::open,
            WebDataset::open,
            PictureTrees::open,
            NpyPictures::open,
            Manifest::open,
            PackedFiles::open);

    private DataSources() {}

    /**
     * Opens a location and decodes what is there once, so that broken pictures are known from the start.
     *
     * @throws MmcrException when nothing is there, nothing can be read, or a picture is broken and the options are strict
     */
    public static DataSource open(String location, DataOptions options) {
        Place place = Place.of(location);
        if (!Files.exists(place.path())) {
            throw new MmcrException(
                    "no data at " + place.path() + ": expected a folder of pictures, an archive of them or"
                            + " a packed data set; check the path (archive#inner/folder names a folder inside an archive)");
        }
        try {
            for (DataFormat format : FORMATS) {
                Optional<DataSource> source = format.open(place, options);
                if (source.isPresent()) {
                    return source.get();
                }
            }
        } catch (IOException e) {
            throw new MmcrException(
                    "cannot read " + location + ": " + e + "; check that it is complete and may be read", e);
        }
        throw unknown(place);
    }

    /**
     * As {@link #open}, for what works on pictures alone.
     *
     * @throws MmcrException also when there is a table of numbers
     */
    public static PictureSource pictures(String location, DataOptions options) {
        DataSource source = open(location, options);
        if (source instanceof PictureSource pictures) {
            return pictures;
        }
        source.close();
        throw new MmcrException("expected pictures at " + location
                + ", found a table of numbers; name a folder or an archive of pictures");
    }

    /**
     * Rows in memory as a source.
     *
     * @param name stands for a location in messages, and begins the names of the rows
     * @param columnNames in order; empty for none
     * @param rows of equal length, not copied; NaN, a missing value, stands for the column's mean
     * @param labels one a row, an empty one for a row without; empty for none
     * @throws MmcrException when a row has another length, or an infinite value
     */
    public static VectorSource vectors(String name, List<String> columnNames, float[][] rows, List<String> labels) {
        int columns = rows.length == 0 ? 0 : rows[0].length;
        for (float[] row : rows) {
            if (row.length != columns) {
                throw new MmcrException("expected rows of " + columns + " numbers in " + name + ", found one of "
                        + row.length + "; give every row the same columns");
            }
        }
        return VectorTable.of(
                name,
                name,
                columnNames,
                NumberRows.of(columns, rows),
                labels.isEmpty() ? ClassLabels.none() : ClassLabels.of(labels),
                TableOptions.Missing.MEAN);
    }

    /** The samples of {@code source} at {@code indices}, in that order; closing the subset leaves the source open. */
    public static DataSource subset(DataSource source, int[] indices) {
        return SubsetSource.of(source, indices.clone());
    }

    private static MmcrException unknown(Place place) {
        return new MmcrException(
                "expected a folder, a ZIP, TAR or gzipped TAR archive, an .npy, Parquet, CSV, IDX or CIFAR"
                        + " or STL .bin file at " + place.path()
                        + ", found none of these; name the folder or archive that holds the pictures");
    }
}

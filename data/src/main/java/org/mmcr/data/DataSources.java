package org.mmcr.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.FileFailure;
import org.mmcr.data.io.Provenance;

/**
 * Opens data by location: {@code path}, or {@code archive#inner/folder} for a folder inside a ZIP or TAR archive.
 *
 * <p>Formats of pictures:
 *
 * <ul>
 *   <li>Picture files at any depth of a folder or archive. The first folder below the location is the class, if every
 *       picture lies in one.
 *   <li>CIFAR-10/100 binaries, STL-10 binaries or IDX files, in a folder or archive without pictures, or one such
 *       file. {@code #train} (the default), {@code #test} and {@code #unlabeled} name the parts.
 *   <li>{@code .npy}, Parquet with a column of pictures, TAR shards with labels beside the pictures, a CSV list of
 *       paths and labels; a folder may hold many Parquet files or shards.
 * </ul>
 *
 * <p>A table of numbers is a file: {@code .npy} (N, D), {@code .npz}, CSV, TSV or Parquet.
 */
@API(status = API.Status.STABLE)
public final class DataSources {
    /** A format of data. */
    private interface Format {
        /** Returns the data, or empty for another format; damaged data of this format is an error. */
        Optional<DataSource> open(DataLocation location, DataOptions options) throws IOException;
    }

    /** The formats in the order in which they are tried. */
    private static final List<Format> FORMATS = List.of(
            Tables::open,
            ParquetPictures::open,
            WebDataset::open,
            PictureFolders::open,
            NpyPictures::open,
            Manifest::open,
            BinaryFiles::open);

    private DataSources() {}

    /**
     * Opens a location. Every picture is decoded once, so that broken pictures are known from the start.
     *
     * @throws MmcrException if there is no data, none can be read, or a picture is broken and the options are strict
     */
    public static DataSource open(String location, DataOptions options) {
        DataLocation found = DataLocation.of(location);
        if (!Files.exists(found.path()) && !Files.notExists(found.path())) {
            throw new MmcrException("expected to read " + found.path()
                    + ", found that this user may not enter the folder that holds it; give the permission, for example"
                    + " with chmod u+x");
        }
        if (!Files.exists(found.path())) {
            throw new MmcrException("no data at " + found.path()
                    + ": expected a folder or an archive of pictures, or a data set in a file;"
                    + " check the path (archive#inner/folder names a folder inside an archive)");
        }
        try {
            for (Format format : FORMATS) {
                Optional<DataSource> source = format.open(found, options);
                if (source.isPresent()) {
                    DataSource opened = options.keep().isPresent()
                            ? KeptSamples.read(options.keep().get(), options.relabel())
                                    .of(source.get())
                            : source.get();
                    Provenance.opened(location, opened.fingerprint());
                    return opened;
                }
            }
        } catch (IOException e) {
            throw FileFailure.exception("to read " + location, e, "check that it is complete and readable");
        }
        throw unknown(found.path());
    }

    /**
     * Returns a location with an absolute path, which can be opened from any working directory; unchanged if nothing is
     * there, as for a source that is not in a file.
     */
    public static String absolute(String location) {
        DataLocation found = DataLocation.of(location);
        return Files.exists(found.path()) ? found.absolute() : location;
    }

    /** Returns a location without the folders that hold it, for files that are passed on. */
    public static String withoutFolders(String location) {
        return DataLocation.of(location).withoutFolders();
    }

    /**
     * Opens a location that must hold pictures.
     *
     * @throws MmcrException as for {@link #open}, and if there is a table of numbers
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
     * Returns rows in memory as a source.
     *
     * @param name location in messages, and prefix of the names of the rows
     * @param columnNames names of the columns in order; empty for none
     * @param rows (N, D) numbers, not copied; NaN is a missing value and counts as the column's mean
     * @param labels labels of the rows, an empty text for a row without; empty for none
     * @throws MmcrException if rows differ in length, or a value is infinite
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
                ClassLabels.of(labels),
                TableOptions.Missing.MEAN);
    }

    /** Returns the samples at {@code indices} as a source, in that order. Closing it leaves {@code source} open. */
    public static DataSource subset(DataSource source, int[] indices) {
        return SubsetSource.of(source, indices.clone(), false);
    }

    /**
     * Returns the samples that a file labels, with its labels in place of their own. Closing it leaves {@code source}
     * open.
     *
     * @param labels a CSV file with the columns path and label, as the explorer's {@code labels.csv}; an
     *     empty label is none
     * @throws MmcrException if it cannot be read, names a sample that the source lacks, or labels none
     */
    public static DataSource labelledBy(DataSource source, Path labels) {
        return NamedLabels.read(labels).of(source);
    }

    private static MmcrException unknown(Path path) {
        return new MmcrException(
                "expected a folder, a ZIP, TAR or gzipped TAR archive, an .npy, Parquet, CSV or IDX file, or a CIFAR or"
                        + " STL .bin file, at " + path
                        + ", found none of these; name the folder or archive that holds the pictures");
    }
}

package org.mmcr.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apiguardian.api.API;
import org.mmcr.core.MmcrException;

/**
 * Paired data: two or more tables whose rows belong together, one table for each modality of the samples.
 *
 * <p>As a {@link VectorSource} its row is the rows of all modalities, one after the other. A modality that a sample
 * does not have is NaN in all of its columns. A sample without any modality is left out and listed in
 * {@link #broken()}.
 */
@API(status = API.Status.STABLE)
public final class PairedSource implements VectorSource {
    private final String location;
    private final List<VectorSource> tables;
    private final List<Modality> modalities;
    private final int columns;
    /** Row in the tables of every sample. */
    private final int[] rows;
    /** Whether a sample has a modality, by modality and sample. */
    private final boolean[][] present;

    private final List<BrokenPicture> broken;
    private final String fingerprint;

    private PairedSource(String location, List<VectorSource> tables, List<String> names, TableOptions.Missing missing) {
        this.location = location;
        this.tables = List.copyOf(tables);
        modalities = IntStream.range(0, tables.size())
                .mapToObj(m -> new Modality(names.get(m), tables.get(m).columns()))
                .toList();
        columns = modalities.stream().mapToInt(Modality::columns).sum();
        requireSameLength();
        boolean[][] found = new boolean[tables.size()][];
        for (int m = 0; m < found.length; m++) {
            found[m] = presence(m, missing);
        }
        rows = IntStream.range(0, tables.get(0).size())
                .filter(i -> Arrays.stream(found).anyMatch(modality -> modality[i]))
                .toArray();
        broken = IntStream.range(0, tables.get(0).size())
                .filter(i -> Arrays.stream(found).noneMatch(modality -> modality[i]))
                .mapToObj(i ->
                        new BrokenPicture(tables.get(0).name(i), "every modality of row " + (i + 1) + " is missing"))
                .toList();
        present = Arrays.stream(found).map(this::kept).toArray(boolean[][]::new);
        if (IntStream.range(0, rows.length).noneMatch(i -> count(i) > 1)) {
            throw new MmcrException("expected samples with two or more modalities in " + location
                    + ", found none; give rows that belong together in every table");
        }
        Fingerprint hash = new Fingerprint();
        modalities.forEach(modality -> hash.add(modality.name()));
        tables.forEach(table -> hash.add(table.fingerprint()));
        fingerprint = hash.hex();
    }

    /**
     * Opens paired data.
     *
     * @param location two or more tables as {@code a.npy,b.npy}, of which {@code b.parquet#c} is a column, or one
     *     Parquet file with two or more of its columns of numbers or lists as {@code X.parquet#a,b}; a row of NaN, or
     *     null in Parquet, is a missing modality
     * @param options whether a row with some missing numbers is an error, or gets its columns' means
     * @throws MmcrException if a table cannot be read, lengths differ, there is one modality, or a modality is constant
     */
    public static PairedSource open(String location, DataOptions options) {
        if (options.keep().isPresent()) {
            throw new MmcrException("expected no curation for paired data, found "
                    + options.keep().get() + "; leave it out");
        }
        DataOptions lenient = options.withTable(new TableOptions(
                options.table().labelColumn(), options.table().skipColumns(), TableOptions.Missing.MEAN));
        PairedLocation parts = PairedLocation.of(location);
        List<VectorSource> tables = new ArrayList<>();
        try {
            if (parts.columnsOfOneFile()) {
                tables.addAll(ParquetModalities.read(parts.file(), parts.names()));
            } else {
                parts.tables().forEach(table -> tables.add(table(table, lenient)));
            }
            return of(parts.absolute(), tables, parts.names(), options.table().missing());
        } catch (RuntimeException e) {
            tables.forEach(DataSource::close);
            throw e;
        }
    }

    /**
     * Returns tables as paired data, which closes them.
     *
     * @param location location in messages
     * @param tables two or more of one length; a row of NaN is a missing modality
     * @param names of the modalities, unique
     * @param missing of a row of which some numbers are missing
     * @throws MmcrException as {@link #open} does
     */
    public static PairedSource of(
            String location, List<VectorSource> tables, List<String> names, TableOptions.Missing missing) {
        Set<String> unique = new HashSet<>(names);
        if (tables.size() < 2 || names.size() != tables.size() || unique.size() != names.size()) {
            throw new MmcrException("expected two or more modalities with different names, found "
                    + String.join(", ", names) + " in " + location
                    + "; give --pairs a.npy,b.npy or X.parquet#column,column");
        }
        return new PairedSource(location, tables, names, missing);
    }

    private static VectorSource table(String part, DataOptions options) {
        DataLocation found = DataLocation.of(part);
        if (!found.inner().isEmpty() && found.name().toLowerCase(Locale.ROOT).endsWith(".parquet")) {
            return ParquetModalities.read(found.path().toString(), List.of(found.inner()))
                    .get(0);
        }
        DataSource source = DataSources.open(part, options);
        if (source instanceof VectorSource vectors) {
            return vectors;
        }
        source.close();
        throw new MmcrException("expected a table of numbers for each modality, found " + source.plural() + " in "
                + part + "; give vectors, for example features that mmcr embed wrote");
    }

    private void requireSameLength() {
        Set<Integer> sizes = tables.stream().map(VectorSource::size).collect(Collectors.toSet());
        if (sizes.size() > 1) {
            throw new MmcrException("expected as many rows in every modality of " + location + ", found "
                    + IntStream.range(0, tables.size())
                            .mapToObj(m -> tables.get(m).size() + " in "
                                    + modalities.get(m).name())
                            .collect(Collectors.joining(", "))
                    + "; row i of every table belongs to sample i");
        }
    }

    /** Returns which rows have a modality, after checking its values. */
    private boolean[] presence(int modality, TableOptions.Missing missing) {
        VectorSource table = tables.get(modality);
        boolean[] found = new boolean[table.size()];
        double[] row = new double[table.columns()];
        double[] first = {};
        boolean varies = false;
        for (int i = 0; i < found.length; i++) {
            table.read(i, row);
            int gaps = (int) Arrays.stream(row).filter(Double::isNaN).count();
            found[i] = gaps < row.length;
            if (found[i] && gaps > 0 && missing == TableOptions.Missing.ERROR) {
                throw new MmcrException("expected a whole row or none in row " + (i + 1) + " of modality "
                        + modalities.get(modality).name() + ", found " + gaps + " of " + row.length
                        + " numbers missing; fill them in, use their columns' means with --missing mean, or make the"
                        + " whole row NaN");
            }
            if (found[i]) {
                first = first.length == 0 ? row.clone() : first;
                varies |= !Arrays.equals(first, row);
            }
        }
        if (!varies) {
            throw new MmcrException("expected a modality that varies, found "
                    + (first.length == 0 ? "no row of " : "equal rows in all of ")
                    + modalities.get(modality).name() + "; leave it out, or give other data");
        }
        return found;
    }

    private boolean[] kept(boolean[] found) {
        boolean[] kept = new boolean[rows.length];
        for (int i = 0; i < kept.length; i++) {
            kept[i] = found[rows[i]];
        }
        return kept;
    }

    /** Returns names and columns of the modalities, in order. */
    public List<Modality> modalities() {
        return modalities;
    }

    /**
     * Returns one modality as a table of the same samples; the row of a sample without it is NaN. Closing it leaves
     * this source open.
     */
    public VectorSource modality(int index) {
        return (VectorSource) SubsetSource.of(tables.get(index), rows, false);
    }

    /** Returns whether a sample has a modality. */
    public boolean has(int index, int modality) {
        return present[modality][index];
    }

    /** Returns the number of samples that have a modality. */
    public int present(int modality) {
        return (int) IntStream.range(0, rows.length)
                .filter(i -> present[modality][i])
                .count();
    }

    /** Returns the number of modalities of a sample, at least 1. */
    public int count(int index) {
        return (int) Arrays.stream(present).filter(modality -> modality[index]).count();
    }

    /** Returns the samples that have every modality, ascending. */
    public int[] complete() {
        return IntStream.range(0, rows.length)
                .filter(i -> count(i) == modalities.size())
                .toArray();
    }

    /** Returns whether every sample has every modality. */
    public boolean isComplete() {
        return complete().length == rows.length;
    }

    @Override
    public int size() {
        return rows.length;
    }

    @Override
    public String name(int index) {
        return tables.get(0).name(rows[index]);
    }

    @Override
    public OptionalInt label(int index) {
        return labelled().map(table -> table.label(rows[index])).orElseGet(OptionalInt::empty);
    }

    @Override
    public List<String> classNames() {
        return labelled().map(DataSource::classNames).orElseGet(List::of);
    }

    private Optional<VectorSource> labelled() {
        return tables.stream().filter(table -> !table.classNames().isEmpty()).findFirst();
    }

    @Override
    public List<BrokenPicture> broken() {
        return broken;
    }

    @Override
    public int columns() {
        return columns;
    }

    @Override
    public List<String> columnNames() {
        return List.of();
    }

    @Override
    public void read(int index, float[] target) {
        double[] exact = new double[target.length];
        read(index, exact);
        for (int c = 0; c < target.length; c++) {
            target[c] = (float) exact[c];
        }
    }

    @Override
    public void read(int index, double[] target) {
        int from = 0;
        for (VectorSource table : tables) {
            double[] row = new double[table.columns()];
            table.read(rows[index], row);
            System.arraycopy(row, 0, target, from, row.length);
            from += row.length;
        }
    }

    @Override
    public float value(int index, int column) {
        return (float) exactValue(index, column);
    }

    @Override
    public double exactValue(int index, int column) {
        int from = column;
        for (VectorSource table : tables) {
            if (from < table.columns()) {
                return table.exactValue(rows[index], from);
            }
            from -= table.columns();
        }
        throw new IndexOutOfBoundsException(column);
    }

    @Override
    public String location() {
        return location;
    }

    @Override
    public String fingerprint() {
        return fingerprint;
    }

    @Override
    public String plural() {
        return "samples";
    }

    @Override
    public void close() {
        tables.forEach(DataSource::close);
    }
}

package org.mmcr.data;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalInt;
import org.mmcr.core.MmcrException;

/** A table of numbers with its labels, read from any format. */
final class VectorTable implements VectorSource {
    private final String location;
    private final String name;
    private final List<String> columnNames;
    private final NumberRows rows;
    private final ClassLabels labels;
    private final String fingerprint;

    private VectorTable(
            String location,
            String name,
            List<String> columnNames,
            NumberRows rows,
            ClassLabels labels,
            TableOptions.Missing missing) {
        this.location = location;
        this.name = name;
        this.columnNames = List.copyOf(columnNames);
        this.rows = rows;
        this.labels = labels;
        fingerprint = check(missing);
    }

    /**
     * Creates a table and checks every number once.
     *
     * @param name prefix of the names of the rows
     * @param columnNames names of the columns in order, or none
     * @param labels labels of the rows, or none
     * @throws MmcrException if there are no numbers, one is infinite or missing, or the number of labels differs
     */
    static VectorTable of(
            String location,
            String name,
            List<String> columnNames,
            NumberRows rows,
            ClassLabels labels,
            TableOptions.Missing missing) {
        if (rows.size() == 0 || rows.columns() == 0) {
            throw new MmcrException("expected rows of numbers in " + location + ", found " + rows.size() + " rows with "
                    + rows.columns() + " columns of numbers; check the file and --skip-columns");
        }
        if (labels.indices().length != 0 && labels.indices().length != rows.size()) {
            throw new MmcrException("expected " + rows.size() + " labels for " + location + ", one a row, found "
                    + labels.indices().length + "; give the labels of this table");
        }
        return new VectorTable(location, name, columnNames, rows, labels, missing);
    }

    /** Checks every number and returns the hash of numbers, names of columns and labels. */
    private String check(TableOptions.Missing missing) {
        Fingerprint hash = new Fingerprint().add(rows.size()).add(rows.columns());
        columnNames.forEach(hash::add);
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(rows.columns(), Double.BYTES));
        double[] row = new double[rows.columns()];
        for (int i = 0; i < rows.size(); i++) {
            rows.read(i, row);
            for (int c = 0; c < row.length; c++) {
                if (Float.isInfinite((float) row[c])) {
                    throw new MmcrException("expected finite numbers in " + location + ", found "
                            + (Double.isInfinite(row[c]) ? "infinity" : row[c] + ", which float32 cannot hold,")
                            + " in row " + (i + 1) + ", column " + column(c) + "; correct it");
                }
                if (Double.isNaN(row[c]) && missing == TableOptions.Missing.ERROR) {
                    throw new MmcrException("expected a number in row " + (i + 1) + ", column " + column(c) + " of "
                            + location + ", found a missing value; fill it in, use the column's mean with"
                            + " --missing mean, or skip the column with --skip-columns");
                }
            }
            bytes.asDoubleBuffer().put(row);
            hash.add(Fingerprint.checksum(bytes.array()));
        }
        return hash.add(labels).hex();
    }

    /** Returns the quoted name of a column, or its number from 1 if columns have no names. */
    private String column(int index) {
        return columnNames.isEmpty() ? String.valueOf(index + 1) : "'" + columnNames.get(index) + "'";
    }

    @Override
    public int size() {
        return rows.size();
    }

    @Override
    public int columns() {
        return rows.columns();
    }

    @Override
    public List<String> columnNames() {
        return columnNames;
    }

    @Override
    public void read(int index, float[] target) {
        double[] row = new double[target.length];
        rows.read(index, row);
        for (int c = 0; c < row.length; c++) {
            target[c] = (float) row[c];
        }
    }

    @Override
    public float value(int index, int column) {
        return (float) rows.value(index, column);
    }

    @Override
    public void read(int index, double[] target) {
        rows.read(index, target);
    }

    @Override
    public double exactValue(int index, int column) {
        return rows.value(index, column);
    }

    @Override
    public String name(int index) {
        return name + "/" + index;
    }

    @Override
    public OptionalInt label(int index) {
        return labels.at(index);
    }

    @Override
    public List<String> classNames() {
        return labels.names();
    }

    @Override
    public String location() {
        return location;
    }

    @Override
    public String fingerprint() {
        return fingerprint;
    }
}

package org.mmcr.data;

import java.util.List;
import java.util.OptionalInt;
import org.mmcr.core.MmcrException;

/** A table of numbers with its labels: what every table format is turned into. */
final class VectorTable implements VectorSource {
    /** So many rows, evenly spread, stand for a table's content in its fingerprint. */
    private static final int FINGERPRINT_ROWS = 4096;

    private final String location;
    private final String name;
    private final List<String> columnNames;
    private final NumberRows rows;
    private final ClassLabels labels;

    private VectorTable(String location, String name, List<String> columnNames, NumberRows rows, ClassLabels labels) {
        this.location = location;
        this.name = name;
        this.columnNames = List.copyOf(columnNames);
        this.rows = rows;
        this.labels = labels;
    }

    /**
     * Checks every number once.
     *
     * @param name of the file, for the names of rows
     * @param columnNames in order, or none
     * @param labels one a row, or none
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
                    + labels.indices().length + "; give the labels that belong to it");
        }
        VectorTable table = new VectorTable(location, name, columnNames, rows, labels);
        table.requireNumbers(missing);
        return table;
    }

    private void requireNumbers(TableOptions.Missing missing) {
        float[] row = new float[rows.columns()];
        for (int i = 0; i < rows.size(); i++) {
            rows.read(i, row);
            for (int c = 0; c < row.length; c++) {
                if (Float.isInfinite(row[c])) {
                    throw new MmcrException("expected finite numbers in " + location + ", found infinity in row "
                            + (i + 1) + ", column " + column(c) + "; correct it");
                }
                if (Float.isNaN(row[c]) && missing == TableOptions.Missing.ERROR) {
                    throw new MmcrException("expected a number in row " + (i + 1) + ", column " + column(c) + " of "
                            + location + ", found a missing value; fill it in, give --missing mean to take the column's"
                            + " mean, or skip the column with --skip-columns");
                }
            }
        }
    }

    /** 'age', or 3 where columns have no names; counted from 1. */
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
        rows.read(index, target);
    }

    @Override
    public float value(int index, int column) {
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
        Fingerprint fingerprint = new Fingerprint().add(rows.size()).add(rows.columns());
        columnNames.forEach(fingerprint::add);
        float[] row = new float[rows.columns()];
        int shown = Math.min(rows.size(), FINGERPRINT_ROWS);
        for (int i = 0; i < shown; i++) {
            rows.read((int) ((long) i * rows.size() / shown), row);
            for (float value : row) {
                fingerprint.add(Float.floatToIntBits(value));
            }
        }
        return fingerprint.hex();
    }
}

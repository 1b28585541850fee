package org.mmcr.data;

/** Numbers in rows of equal length, read from any thread; NaN is a missing one. */
interface NumberRows {
    int size();

    int columns();

    /** Fills {@code target}, as long as a row. */
    void read(int index, float[] target);

    float value(int index, int column);

    /** Rows in memory, none of them longer or shorter than {@code columns}. */
    static NumberRows of(int columns, float[][] rows) {
        return new NumberRows() {
            @Override
            public int size() {
                return rows.length;
            }

            @Override
            public int columns() {
                return columns;
            }

            @Override
            public void read(int index, float[] target) {
                System.arraycopy(rows[index], 0, target, 0, columns);
            }

            @Override
            public float value(int index, int column) {
                return rows[index][column];
            }
        };
    }
}

package org.mmcr.spark;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.when;

import java.util.Arrays;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;
import org.mmcr.core.MmcrException;

/**
 * Reads samples from a table of embeddings, which has one of three forms:
 *
 * <ul>
 *   <li>{@code embeddings}, an array of K arrays of D numbers: a row is a sample with its K views; nothing is
 *       shuffled;
 *   <li>{@code embedding}, an array of D numbers, and {@code sample}: the rows with the same sample are its views;
 *       grouping them shuffles the whole table once;
 *   <li>{@code embedding} alone: a row is a sample with one view.
 * </ul>
 *
 * <p>{@code label}, of any simple type, is the class; {@code path} or {@code sample} is the name of the sample in
 * messages.
 */
final class EmbeddingTable {
    private EmbeddingTable() {}

    static JavaRDD<EmbeddedSample> samples(Dataset<Row> table) {
        List<String> columns = Arrays.asList(table.columns());
        boolean together = columns.contains("embeddings");
        if (!together && !columns.contains("embedding")) {
            throw new MmcrException("expected a column embedding, or embeddings with the views of a sample, found "
                    + String.join(", ", columns) + "; rename the column");
        }
        Column label = columns.contains("label") ? label(table) : lit("");
        Column name = columns.contains("path")
                ? text(col("path"))
                : columns.contains("sample") ? text(col("sample")) : lit("a row without a path");
        String source = together ? "embeddings" : "embedding";
        Column values = numbers(table, source, together);
        Dataset<Row> chosen;
        if (together || !columns.contains("sample")) {
            chosen = table.select(name.as("name"), label.as("label"), values.as("values"));
        } else {
            chosen = table.select(col("sample"), name.as("name"), label.as("label"), values.as("values"))
                    .groupBy("sample")
                    .agg(
                            min("name").as("name"),
                            min("label").as("label"),
                            collect_list("values").as("values"))
                    .select("name", "label", "values");
            together = true;
        }
        boolean nested = together;
        return ((org.apache.spark.sql.classic.Dataset<Row>) chosen)
                .queryExecution()
                .toRdd()
                .toJavaRDD()
                .map(row -> sample(row, nested));
    }

    /** The label as text; a negative number is none, as everywhere. */
    static Column label(Dataset<Row> table) {
        Column label = text(col("label"));
        boolean number = table.schema().apply("label").dataType() instanceof NumericType;
        return number ? when(col("label").lt(0), lit("")).otherwise(label) : label;
    }

    private static Column text(Column column) {
        return coalesce(column.cast(DataTypes.StringType), lit(""));
    }

    /** The column converted to float64, which represents every supported number type exactly enough. */
    private static Column numbers(Dataset<Row> table, String column, boolean nested) {
        DataType row = DataTypes.createArrayType(DataTypes.DoubleType);
        DataType wanted = nested ? DataTypes.createArrayType(row) : row;
        String found = table.schema().apply(column).dataType().catalogString();
        if (!found.matches((nested ? "array<array<" : "array<") + "(float|double|tinyint|smallint|int|bigint)>+")) {
            throw new MmcrException("expected column " + column + " to be "
                    + (nested ? "an array of arrays of numbers" : "an array of numbers") + ", found " + found);
        }
        return col(column).cast(wanted);
    }

    private static EmbeddedSample sample(InternalRow row, boolean nested) {
        double[][] views;
        if (row.isNullAt(2)) {
            views = new double[0][];
        } else if (nested) {
            ArrayData all = row.getArray(2);
            views = new double[all.numElements()][];
            for (int k = 0; k < views.length; k++) {
                views[k] = all.isNullAt(k) ? new double[0] : numbers(all.getArray(k));
            }
        } else {
            views = new double[][] {numbers(row.getArray(2))};
        }
        return new EmbeddedSample(
                row.getUTF8String(0).toString(), row.getUTF8String(1).toString(), views);
    }

    /** Numbers of a row. A missing one becomes NaN, which is an error that names the sample. */
    private static double[] numbers(ArrayData array) {
        double[] values = array.toDoubleArray();
        for (int i = 0; i < values.length; i++) {
            if (array.isNullAt(i)) {
                values[i] = Double.NaN;
            }
        }
        return values;
    }
}

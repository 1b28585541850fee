package org.mmcr.data;

import java.util.function.DoubleConsumer;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.schema.Type;

/** One column's value in the current row. What is not asked for is stepped over. */
final class ParquetCell {
    private final ParquetColumn column;
    private final ColumnReader reader;
    private final int present;
    private boolean taken;

    ParquetCell(ParquetColumn column, ColumnReader reader) {
        this.column = column;
        this.reader = reader;
        present = column.descriptor().getMaxDefinitionLevel();
    }

    ParquetColumn column() {
        return column;
    }

    /** False for null, for a field of a struct that is null, and for a list without elements. */
    boolean isPresent() {
        return reader.getCurrentDefinitionLevel() == present;
    }

    /** The number of a {@code NUMBER} column that is present. */
    double number() {
        return switch (column.descriptor().getPrimitiveType().getPrimitiveTypeName()) {
            case FLOAT -> reader.getFloat();
            case DOUBLE -> reader.getDouble();
            case BOOLEAN -> reader.getBoolean() ? 1 : 0;
            case INT32 -> reader.getInteger();
            case INT64 -> reader.getLong();
            default -> throw new IllegalStateException(column + " holds no numbers");
        };
    }

    /** The text of a {@code TEXT} column that is present. */
    String text() {
        return reader.getBinary().toStringUsingUTF8();
    }

    /** The content of a {@code BYTES} column that is present. */
    byte[] bytes() {
        return reader.getBinary().getBytes();
    }

    /** Hands out the numbers of this row's list in order; those that are null as NaN. */
    void numbers(DoubleConsumer consumer) {
        boolean first = true;
        while (first || reader.getCurrentRepetitionLevel() > 0) {
            if (isPresent()) {
                consumer.accept(number());
            } else if (!first || isNullElement()) {
                consumer.accept(Double.NaN);
            }
            reader.consume();
            first = false;
        }
        taken = true;
    }

    /** Whether what stands first in a list is a null, not the lack of any element. */
    private boolean isNullElement() {
        return column.descriptor().getPrimitiveType().isRepetition(Type.Repetition.OPTIONAL)
                && reader.getCurrentDefinitionLevel() == present - 1;
    }

    /** Steps to the next row. */
    void advance() {
        if (!taken) {
            do {
                if (isPresent()) {
                    reader.skip();
                }
                reader.consume();
            } while (reader.getCurrentRepetitionLevel() > 0);
        }
        taken = false;
    }
}

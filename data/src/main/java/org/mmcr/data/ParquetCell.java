package org.mmcr.data;

import java.util.function.DoubleConsumer;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.schema.Type;

/** The value of one column in the current row of a Parquet file. */
final class ParquetCell {
    private final ParquetColumn column;
    private final ColumnReader reader;
    private final int present;
    /** Whether a list of this row has been read, which moves the reader to the next row. */
    private boolean consumed;

    ParquetCell(ParquetColumn column, ColumnReader reader) {
        this.column = column;
        this.reader = reader;
        present = column.descriptor().getMaxDefinitionLevel();
    }

    ParquetColumn column() {
        return column;
    }

    /** Returns false for null, for a field of a null struct, and for an empty list. */
    boolean isPresent() {
        return reader.getCurrentDefinitionLevel() == present;
    }

    /** Returns the number of a {@code NUMBER} column that is present. */
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

    /** Returns the text of a {@code TEXT} column that is present. */
    String text() {
        return reader.getBinary().toStringUsingUTF8();
    }

    /** Returns the content of a {@code BYTES} column that is present. */
    byte[] bytes() {
        return reader.getBinary().getBytes();
    }

    /** Passes the numbers of a {@code NUMBERS} column to {@code consumer}, null as NaN. */
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
        consumed = true;
    }

    /** Returns whether the first element of a list is null; otherwise the list is empty. */
    private boolean isNullElement() {
        return column.descriptor().getPrimitiveType().isRepetition(Type.Repetition.OPTIONAL)
                && reader.getCurrentDefinitionLevel() == present - 1;
    }

    /** Moves to the next row. */
    void advance() {
        if (!consumed) {
            do {
                if (isPresent()) {
                    reader.skip();
                }
                reader.consume();
            } while (reader.getCurrentRepetitionLevel() > 0);
        }
        consumed = false;
    }
}

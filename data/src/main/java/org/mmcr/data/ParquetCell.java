package org.mmcr.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.DoubleConsumer;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.Type;
import org.mmcr.data.io.NpyArray;

/** The value of one column in the current row of a Parquet file. */
final class ParquetCell {
    private final ParquetColumn column;
    private final ColumnReader reader;
    private final int present;
    private final boolean unsigned;
    /** Whether a list of this row has been read, which moves the reader to the next row. */
    private boolean consumed;

    ParquetCell(ParquetColumn column, ColumnReader reader) {
        this.column = column;
        this.reader = reader;
        present = column.descriptor().getMaxDefinitionLevel();
        unsigned = column.descriptor().getPrimitiveType().getLogicalTypeAnnotation()
                        instanceof IntLogicalTypeAnnotation integer
                && !integer.isSigned();
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
            case INT32 -> unsigned ? Integer.toUnsignedLong(reader.getInteger()) : reader.getInteger();
            case INT64 -> unsigned ? ofUnsigned(reader.getLong()) : (double) reader.getLong();
            case FIXED_LEN_BYTE_ARRAY ->
                NpyArray.half(ByteBuffer.wrap(reader.getBinary().getBytes())
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .getShort());
            default -> throw new IllegalStateException(column + " holds no numbers");
        };
    }

    /** Returns an unsigned number. One above the range of long is halved and keeps its last bit, to be rounded once. */
    private static double ofUnsigned(long bits) {
        return bits >= 0 ? (double) bits : 2.0 * ((bits >>> 1) | (bits & 1));
    }

    /**
     * Returns the label of a {@code NUMBER} or {@code TEXT} column: a text, or a number, without decimals if it is
     * whole. It is empty for null and for NaN.
     */
    String label() {
        if (!isPresent()) {
            return "";
        }
        if (column.kind() == ParquetColumn.Kind.TEXT) {
            return text();
        }
        double number = number();
        if (Double.isNaN(number)) {
            return "";
        }
        return number == Math.rint(number) && Math.abs(number) < 1e15
                ? Long.toString((long) number)
                : Double.toString(number);
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

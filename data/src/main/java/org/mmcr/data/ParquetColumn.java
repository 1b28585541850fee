package org.mmcr.data;

import java.util.Arrays;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.EnumLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.Float16LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.StringLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;
import org.mmcr.core.MmcrException;

/**
 * A column of a Parquet file.
 *
 * @param name name such as {@code label}, {@code image.bytes} for a field of a struct, {@code embedding} for a list
 * @param kind kind of its values
 * @param type type in the file, for messages
 * @param descriptor Parquet's description of the column
 */
record ParquetColumn(String name, Kind kind, String type, ColumnDescriptor descriptor) {
    /** Kinds of values that are read. */
    enum Kind {
        /** Integers, floats of 16, 32 or 64 bits, and booleans as 0 and 1. */
        NUMBER,
        /** A list of numbers in every row. */
        NUMBERS,
        /** Strings and enumerations. */
        TEXT,
        /** Binary content, such as encoded pictures. */
        BYTES,
        /** Dates, decimals, other lists; not read. */
        OTHER
    }

    /** Returns a column of a schema. */
    static ParquetColumn of(MessageType schema, ColumnDescriptor descriptor) {
        String[] path = descriptor.getPath();
        boolean list = descriptor.getMaxRepetitionLevel() > 0;
        PrimitiveType primitive = descriptor.getPrimitiveType();
        Kind element = kind(primitive);
        Kind kind = !list
                ? element
                : element == Kind.NUMBER && descriptor.getMaxRepetitionLevel() == 1 ? Kind.NUMBERS : Kind.OTHER;
        String name = String.join(".", kind == Kind.NUMBERS ? withoutElement(schema, path) : path);
        return new ParquetColumn(name, kind, (list ? "list of " : "") + describe(primitive), descriptor);
    }

    /** Returns the path of a list without the levels that Parquet puts between the list and its elements. */
    private static String[] withoutElement(MessageType schema, String[] path) {
        for (int depth = 1; depth < path.length; depth++) {
            Type inner = schema.getType(Arrays.copyOf(path, depth + 1));
            if (inner.isRepetition(Type.Repetition.REPEATED)) {
                String[] list = Arrays.copyOf(path, depth);
                // A repeated field that is in no list or map, as of Protocol Buffers, is the list itself.
                return schema.getType(list).getLogicalTypeAnnotation() == null ? path : list;
            }
        }
        return path;
    }

    /** Returns whether it holds values that may be labels. */
    boolean mayHoldLabels() {
        return kind == Kind.NUMBER || kind == Kind.TEXT;
    }

    /**
     * Returns this column of labels.
     *
     * @throws MmcrException if it holds neither numbers nor texts
     */
    ParquetColumn requireLabels(String location) {
        if (!mayHoldLabels()) {
            throw new MmcrException("expected numbers or texts as labels in column '" + name + "' of " + location
                    + ", found values of type " + type + "; convert it; if it holds no classes, rename it, or leave it"
                    + " out of a table with --skip-columns '" + name + "'");
        }
        return this;
    }

    /** Returns whether it holds encoded pictures, or lists of them. */
    boolean mayHoldPictures() {
        return kind == Kind.BYTES || isBinaryList();
    }

    /** Returns whether it holds lists of binary content. */
    boolean isBinaryList() {
        return descriptor.getMaxRepetitionLevel() > 0 && kind(descriptor.getPrimitiveType()) == Kind.BYTES;
    }

    private static Kind kind(PrimitiveType type) {
        LogicalTypeAnnotation annotation = type.getLogicalTypeAnnotation();
        return switch (type.getPrimitiveTypeName()) {
            case FLOAT, DOUBLE, BOOLEAN -> Kind.NUMBER;
            case INT32, INT64 ->
                annotation == null || annotation instanceof IntLogicalTypeAnnotation ? Kind.NUMBER : Kind.OTHER;
            case BINARY ->
                annotation == null
                        ? Kind.BYTES
                        : annotation instanceof StringLogicalTypeAnnotation
                                        || annotation instanceof EnumLogicalTypeAnnotation
                                ? Kind.TEXT
                                : Kind.OTHER;
            case FIXED_LEN_BYTE_ARRAY -> annotation instanceof Float16LogicalTypeAnnotation ? Kind.NUMBER : Kind.OTHER;
            default -> Kind.OTHER;
        };
    }

    private static String describe(PrimitiveType type) {
        LogicalTypeAnnotation annotation = type.getLogicalTypeAnnotation();
        return annotation == null ? type.getPrimitiveTypeName().toString() : annotation.toString();
    }
}

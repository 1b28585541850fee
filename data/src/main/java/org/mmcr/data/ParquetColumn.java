package org.mmcr.data;

import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.EnumLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.StringLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;

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
        /** Integers, floats, doubles, and booleans as 0 and 1. */
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

    static ParquetColumn of(ColumnDescriptor descriptor) {
        String[] path = descriptor.getPath();
        boolean list = descriptor.getMaxRepetitionLevel() > 0;
        PrimitiveType primitive = descriptor.getPrimitiveType();
        Kind element = kind(primitive);
        Kind kind = !list
                ? element
                : element == Kind.NUMBER && descriptor.getMaxRepetitionLevel() == 1 ? Kind.NUMBERS : Kind.OTHER;
        String name = kind == Kind.NUMBERS ? path[0] : String.join(".", path);
        return new ParquetColumn(name, kind, (list ? "list of " : "") + describe(primitive), descriptor);
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
            default -> Kind.OTHER;
        };
    }

    private static String describe(PrimitiveType type) {
        LogicalTypeAnnotation annotation = type.getLogicalTypeAnnotation();
        return annotation == null ? type.getPrimitiveTypeName().toString() : annotation.toString();
    }
}

package org.mmcr.analysis.embed;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/** A file format to which rows are appended: the bytes of the first n rows do not depend on later ones. */
interface RowFormat {
    /** Writes everything before the first row. */
    void begin(WritableByteChannel out) throws IOException;

    /**
     * Appends rows.
     *
     * @param first index of the first of them
     * @param rows whole rows of little-endian float32, between position and limit; valid during the call
     */
    void write(int first, ByteBuffer rows, WritableByteChannel out) throws IOException;
}
